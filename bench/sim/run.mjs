/** `npm run bench:sim`: plays the rows of the table, and prints it. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { build } from '../../tools/build.mjs';
import { ROWS } from './rows.mjs';
import { tableOf } from './table.mjs';

const HELP = `npm run bench:sim -- [options]

  --rows a,b     ${Object.keys(ROWS).join(', ')}
  --seeds N      runs of each row, with seeds 1 to N (default 3)
  --seconds N    instead of the time in the files
  --jobs N       processes at once (default: as many as there are cores)
  --json FILE    the figures of every run
  --help

Ctrl-C prints what is done.
`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: Object.keys(ROWS).join(',') },
    seeds: { type: 'string', default: '3' },
    seconds: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** In order of rows, then seeds; one process a run, so that each gets its memory back. */
async function main() {
  const names = values.rows.split(',');
  const unknown = names.find((name) => !(name in ROWS));
  if (unknown !== undefined) throw new Error(`there is no row ${unknown} (--help lists them)`);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
  const jobs = names.flatMap((name) => seeds.map((seed) => ({ name, seed })));
  const runs = [];
  process.once('SIGINT', () => {
    jobs.length = 0;
  });
  await build({ quiet: true });
  await Promise.all(Array.from({ length: Number(values.jobs) }, () => work(jobs, runs)));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(runs, null, 1)}\n`);
  const results = names.map((name) => ({
    name,
    goals: ROWS[name],
    runs: runs.filter((run) => run.name === name),
  }));
  console.log(tableOf(results.filter((result) => result.runs.length > 0)));
}

async function work(jobs, runs) {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    const run = await runOne(job);
    if (run === undefined) continue;
    runs.push(run);
    const { ours } = run;
    const speed = Math.round(ours.pieces / ours.cpuSec);
    const offload = (100 * ours.offload).toFixed(2);
    console.error(
      `${run.name} ${run.seed}: ${offload} % in ${Math.round(ours.cpuSec)} s, ${speed} pieces/s`,
    );
  }
}

/** Undefined when it was stopped. */
async function runOne({ name, seed }) {
  const file = new URL('run-one.mjs', import.meta.url).pathname;
  const span = values.seconds === undefined ? [] : [String(1000 * Number(values.seconds))];
  const child = spawn(process.execPath, [file, name, String(seed), ...span], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}

if (values.help) console.log(HELP);
else await main();
