/** The engines under test: which page their viewers open, and what has to run beside them. */

import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LIVE_ARGS } from './low.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const P2PML_VERSION = '2.3.1';

/**
 * `open(context)` gives `{ url, pid?, close() }`; `context` is what `startRun` of `run-one` builds.
 */
export const ENGINES = {
  plain: { title: 'hls.js alone', open: openPage('plain') },
  bare: { title: 'the same, a bare channel', open: openPage('bare') },
  'bare-links': { title: 'a channel and idle links', open: openPage('bare', { idle: '3' }) },
  p2pml: { title: `p2p-media-loader ${P2PML_VERSION}`, open: openPage('p2pml') },
  'p2pml-back': { title: 'the same, far behind live', open: openPage('p2pml', { behind: 'far' }) },
  'p2pml-held': { title: 'the same, 3 segments behind', open: openPage('p2pml', { behind: '3' }) },
  'p2pml-tuned': { title: 'the same, tuned', open: openPage('p2pml', { preset: 'tuned' }) },
  'p2pml-tuned-back': {
    title: 'tuned, far behind live',
    open: openPage('p2pml', { preset: 'tuned', behind: 'far' }),
  },
  'p2pml-tuned-held': {
    title: 'tuned, 3 segments behind',
    open: openPage('p2pml', { preset: 'tuned', behind: '3' }),
  },
  ours: { title: 'Shoal', open: openShoal },
};

const MANIFESTS = {
  live: '/live/index.m3u8',
  vod: '/vod/index.m3u8',
  ladder: '/ladder/index.m3u8',
  low: '/hls/live/index.m3u8',
};

function openPage(page, query = {}) {
  return async ({ ports, stream, window }) => {
    const src = `http://127.0.0.1:${ports.origin}${MANIFESTS[stream]}`;
    const tracker = `ws://127.0.0.1:${ports.tracker}`;
    const search = new URLSearchParams({ src, tracker, ...query });
    // Where the rival's own code would put a player: one segment from the window's end.
    if (query.behind === 'far') search.set('behind', `${window - 1}`);
    return { url: `http://127.0.0.1:${ports.pages}/${page}?${search}`, close: async () => {} };
  };
}

/** Installs the rival where the bench keeps its cache, without running any of its scripts. */
export async function prepareP2pml(cacheDir, log = () => {}) {
  const dir = join(cacheDir, 'p2pml');
  if (existsSync(join(dir, 'node_modules', 'p2p-media-loader-hlsjs'))) return dir;
  log(`installing p2p-media-loader ${P2PML_VERSION} into the bench's cache (once)`);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'package.json'), '{"name":"bench-p2pml","private":true}\n');
  const names = ['core', 'hlsjs'].map((part) => `p2p-media-loader-${part}@${P2PML_VERSION}`);
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
  await promisify(execFile)('npm', ['install', ...flags, ...names], { cwd: dir });
  return dir;
}

async function openShoal({ ports, stream, relay, shoalArgs, watchQuery, shoalBin }) {
  const source = `http://127.0.0.1:${ports.origin}${MANIFESTS[stream]}`;
  const args = ['pull', source, '--delivery', 'upstream'];
  const { port, ...server } = await startShoal(args, '/healthz', { shoalArgs, shoalBin });
  await relay(port);
  return { ...server, url: `${server.url}/watch${watchQuery}` };
}

/** `shoal live` with a test picture, once it can be played. */
export function openLive(settings) {
  return startShoal(LIVE_ARGS, '/hls/live/r0.m3u8', settings);
}

async function startShoal(verb, readyPath, { shoalArgs, shoalBin }) {
  const port = await freePort();
  const args = [...verb, '--port', `${port}`, '--assume-consent'];
  const output = [];
  const bin = shoalBin ?? join(ROOT, 'node_modules', '.bin', 'shoal');
  const child = spawn(process.execPath, [bin, ...args, ...shoalArgs], {
    cwd: ROOT,
    // A group of its own: Ctrl-C goes to the bench, which ends it after the last reports.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.on('data', (data) => {
      output.push(data.toString());
      if (output.length > 400) output.shift();
    });
  }
  const close = () => endProcess(child, ended);
  const base = `http://127.0.0.1:${port}`;
  try {
    await ready(`${base}${readyPath}`, child);
  } catch (error) {
    await close();
    const last = output.join('').split('\n').filter(Boolean).slice(-6).join('\n    ');
    throw new Error(`shoal ${verb[0]} did not become ready: ${error.message}\n    ${last}`);
  }
  const status = () => fetchJson(`${base}/api/status`);
  return { url: base, port, pid: child.pid, close, status, output };
}

async function endProcess(child, ended) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(hard);
}

async function ready(url, child, timeoutMs = 30_000) {
  const until = Date.now() + timeoutMs;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    const ok = await fetch(url)
      .then((response) => response.ok)
      .catch(() => false);
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} was not 200 within ${timeoutMs / 1000} s`);
}

async function fetchJson(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(3000) }).catch(() => undefined);
  return response?.ok ? response.json().catch(() => undefined) : undefined;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
