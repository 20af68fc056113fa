/** One run: an engine, a case, a crowd; gives the raw counts that `measure` turns into figures. */

import { join } from 'node:path';
import { planCrowd } from './arrivals.mjs';
import { startOriginProcess } from './child.mjs';
import { renditionsOf } from './clip.mjs';
import { ENGINES, openLive } from './engines.mjs';
import { BRIDGE_HOST } from './network.mjs';
import { cpuSeconds, watchMachine } from './processes.mjs';
import { openBrowsers } from './viewers.mjs';

/**
 * Runs `engine` on `benchCase` for `seconds`; `aborted` (a promise) cuts it short.
 * Every run has its own origin, browsers and caches, and leaves nothing behind.
 */
export async function runOne({ engine, benchCase, seconds, seed, aborted, settings }) {
  const closers = [];
  try {
    const stage = await setUp({ engine, benchCase, seconds, settings, closers });
    const viewers = await prepareCrowd(stage, benchCase, seconds, seed);
    return await play(stage, viewers, seconds, aborted);
  } finally {
    for (const close of closers.reverse()) await Promise.resolve(close()).catch(() => {});
  }
}

async function setUp({ engine, benchCase, seconds, settings, closers }) {
  const hosts = ['127.0.0.1'];
  const scratch = join(settings.cacheDir, 'scratch');
  const { stream, picture, window, egressKbps, fault } = benchCase;
  const { width, height } = renditionsOf(benchCase).at(-1);
  const browsers = await openBrowsers(linksOf(benchCase), scratch, { width, height });
  closers.push(() => browsers.close());
  if (benchCase.links) hosts.push(BRIDGE_HOST);
  const origin = startOriginProcess();
  closers.push(async () => origin.stop());
  if (stream === 'low') return lowStage({ engine, browsers, origin, settings, closers });
  const ports = await origin.call('start', {
    ...{ stream, window, egressKbps, fault, hosts },
    ...{ cacheDir: settings.cacheDir, p2pmlDir: settings.p2pmlDir, capSigner: settings.capSigner },
    clip: { stream, picture, seconds },
  });
  const relay = async (port) => {
    for (const host of hosts.slice(1)) await origin.call('relay', { port, host });
  };
  // Before the swarm exists, and for every engine the same page.
  const plain = await ENGINES.plain.open({ ports, stream, window });
  await browsers.warmUp(plain.url);
  const { shoalArgs, watchQuery, shoalBin } = settings;
  const site = await ENGINES[engine].open({
    ports,
    stream,
    window,
    relay,
    shoalArgs,
    watchQuery,
    shoalBin,
  });
  closers.push(() => site.close());
  return { browsers, origin, site };
}

/** One server makes the stream, and serves every engine through the proxy that counts. */
async function lowStage({ engine, browsers, origin, settings, closers }) {
  const shoal = await openLive(settings);
  closers.push(() => shoal.close());
  const ports = await origin.call('front', { target: shoal.url });
  const plain = await ENGINES.plain.open({ ports, stream: 'low' });
  await browsers.warmUp(plain.url);
  const watch = `http://127.0.0.1:${ports.origin}/watch${settings.watchQuery}`;
  const urls = { plain: plain.url, ours: watch };
  if (urls[engine] === undefined) throw new Error(`${engine} does not play low latency`);
  return { browsers, origin, site: { ...shoal, url: urls[engine] } };
}

function linksOf({ links, viewers }) {
  if (!links) return undefined;
  return Array.from({ length: viewers }, (_, i) => {
    const slow = links.slowEvery && i % links.slowEvery === links.slowEvery - 1;
    return { upKbps: links.upKbps, downKbps: slow ? links.slowDownKbps : links.downKbps };
  });
}

async function prepareCrowd({ browsers }, benchCase, seconds, seed) {
  const plan = planCrowd(benchCase, seconds, seed);
  const ids = plan.filter(({ type }) => type === 'arrive').map(({ viewer }) => viewer);
  const viewers = new Map();
  for (const id of ids) viewers.set(id, await browsers.prepare(id));
  return { plan, viewers };
}

async function play({ browsers, origin, site }, { plan, viewers }, seconds, aborted) {
  const startMs = Date.now();
  await origin.call('runStarts', { nowMs: startMs });
  const cpu = cpuMeter({ browsers: browsers.pids, server: [site.pid], origin: [origin.pid] });
  const machine = watchMachine();
  await follow(plan, viewers, site.url, startMs + seconds * 1000, aborted);
  const used = cpu();
  const busy = machine.stop();
  const endMs = Date.now();
  await Promise.all([...viewers.values()].map((viewer) => viewer.collect()));
  const sent = await origin.call('snapshot');
  const arrived = [...viewers.values()].filter((viewer) => viewer.arrivedMs !== undefined);
  return {
    ...{ startMs, endMs, cpu: used, busy, origin: sent, status: await site.status?.() },
    viewers: arrived.map((viewer) => viewer.result()),
    serverOutput: site.output?.slice(-40),
  };
}

async function follow(plan, viewers, url, untilMs, aborted) {
  const startMs = Date.now();
  let stopped = false;
  aborted.then(() => {
    stopped = true;
  });
  for (const { atMs, type, viewer } of plan) {
    await waitUntil(Math.min(startMs + atMs, untilMs), aborted);
    if (stopped || Date.now() >= untilMs) return;
    if (type === 'arrive') viewers.get(viewer).arrive(url);
    else viewers.get(viewer).leave();
  }
  await waitUntil(untilMs, aborted);
}

function waitUntil(atMs, aborted) {
  const ms = atMs - Date.now();
  if (ms <= 0) return undefined;
  let timer;
  const due = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([due, aborted]).finally(() => clearTimeout(timer));
}

function cpuMeter(groups) {
  const known = (pids) => pids.filter((pid) => pid !== undefined);
  const read = () => ({
    ...Object.fromEntries(Object.entries(groups).map(([k, pids]) => [k, cpuSeconds(known(pids))])),
    bench: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
  });
  const before = read();
  return () => {
    const after = read();
    return Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]));
  };
}
