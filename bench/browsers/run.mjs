/** `npm run bench:browsers`: real viewers, engines side by side on the same stream, and a table. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CASES } from './cases.mjs';
import { prepareClip } from './clip.mjs';
import { prepareP2pml } from './engines.mjs';
import { measure } from './measure.mjs';
import { HELP, readOptions } from './options.mjs';
import { mergeBaseline, writeJson } from './results.mjs';
import { runOne } from './run-one.mjs';
import { summarise } from './summary.mjs';
import { markdownTable, terminalTable } from './table.mjs';
import { traceTable } from './trace.mjs';

const BENCH = dirname(dirname(fileURLToPath(import.meta.url)));
const CACHE = join(BENCH, '.cache');
// Browsers to open and close, clip to load, server to start: what a run costs beyond its seconds.
const OVERHEAD_SEC = 8;

const note = (text) => process.stderr.write(`${text}\n`);

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return process.stdout.write(HELP);
  const abort = onInterrupt();
  const settings = { ...options, cacheDir: CACHE, p2pmlDir: join(CACHE, 'p2pml') };
  await prepare(options);
  const figures = await runAll(options, settings, abort);
  publish(figures, options);
}

/** Ctrl-C once: the run in hand is dropped, what is done is printed. Twice: out at once. */
function onInterrupt() {
  const abort = { asked: false };
  abort.promise = new Promise((resolve) => {
    process.on('SIGINT', () => {
      if (abort.asked) process.exit(130);
      abort.asked = true;
      note('\nstopping: closing the browsers, then printing what is done');
      resolve();
    });
  });
  return abort;
}

async function prepare({ cases, engines, seconds }) {
  if (engines.some((engine) => engine.startsWith('p2pml'))) await prepareP2pml(CACHE, note);
  for (const { stream, picture } of cases.map((name) => CASES[name])) {
    await prepareClip(CACHE, { stream, picture, seconds }, note);
  }
}

async function runAll(options, settings, abort) {
  const jobs = plan(options);
  const figures = [];
  for (const [done, job] of jobs.entries()) {
    if (abort.asked) break;
    const left = ((jobs.length - done) * (options.seconds + OVERHEAD_SEC)) / 60;
    const { name, engine, run } = job;
    const where = `${done + 1}/${jobs.length}`;
    note(`[${where}] ${name} · ${engine} · run ${run} · about ${left.toFixed(1)} min left`);
    const result = await runJob(job, options, settings, abort);
    if (result) figures.push(result);
  }
  return figures;
}

/** Engines take turns within a case, so that a slow quarter of an hour hits them all. */
function plan({ cases, engines, runs, viewers, window }) {
  const jobs = [];
  for (const name of cases) {
    const benchCase = { ...CASES[name] };
    if (viewers) benchCase.viewers = viewers;
    if (window) benchCase.window = window;
    for (let run = 1; run <= runs; run += 1) {
      for (const engine of engines) jobs.push({ name, benchCase, engine, run });
    }
  }
  return jobs;
}

async function runJob({ name, benchCase, engine, run }, options, settings, abort) {
  const { seconds, seed } = options;
  const aborted = abort.promise;
  try {
    const raw = await runOne({ engine, benchCase, seconds, seed, aborted, settings });
    if (abort.asked) return undefined;
    const figures = measure(raw);
    if (options.keepJson) {
      const file = join(options.keepJson, `${name}-${engine}-${run}.json`);
      writeJson(file, { case: name, engine, run, seconds, figures, raw });
    }
    if (options.trace) note(traceTable(raw));
    note(`    ${glance(figures)}`);
    return { name, viewers: benchCase.viewers, engine, run, figures };
  } catch (error) {
    if (!abort.asked) note(`    failed: ${error.message}`);
    process.exitCode = 1;
    return undefined;
  }
}

function glance({ offload, limit, steadyCopies, startMs, stallSec, latencySec, machineBound }) {
  const share = (v) => (v === undefined ? '–' : `${(v * 100).toFixed(1)} %`);
  return [
    `offload ${share(offload)} of ${share(limit)}`,
    `steady ${steadyCopies?.toFixed(2) ?? '–'} copies`,
    `start ${startMs?.toFixed(0) ?? '–'} ms`,
    `stalls ${stallSec.toFixed(1)} s`,
    `latency ${latencySec?.toFixed(1) ?? '–'} s`,
    ...(machineBound ? ['machine-bound'] : []),
  ].join(', ');
}

function publish(figures, options) {
  if (figures.length === 0) return note('nothing was measured');
  const results = {};
  for (const { name, viewers } of figures) {
    results[name] ??= { seconds: options.seconds, viewers, engines: {} };
  }
  for (const [name, result] of Object.entries(results)) {
    for (const engine of options.engines) {
      const runs = figures.filter((f) => f.name === name && f.engine === engine);
      if (runs.length > 0) result.engines[engine] = summarise(runs.map((f) => f.figures));
    }
  }
  process.stdout.write(terminalTable(results));
  if (options.json) writeJson(options.json, { results, runs: figures });
  mkdirSync(join(BENCH, 'browsers', 'out'), { recursive: true });
  writeFileSync(join(BENCH, 'browsers', 'out', 'browsers.md'), markdownTable(results));
  if (options.baseline) mergeBaseline(join(BENCH, 'results'), results);
}

main().catch((error) => {
  note(error.message);
  process.exitCode = 1;
});
