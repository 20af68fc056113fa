/** `npm run bench:edge`: our edge beside nginx and Varnish, in the same run on the same machine. */
import { execFileSync, fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ENGINES, startEngine } from './engines.mjs';
import { crowd, hits } from './loads.mjs';
import { tableOf } from './table.mjs';

const HELP = `npm run bench:edge -- [options]

  --engines LIST   of ${ENGINES.join(', ')} (all)
  --seconds N      how long each size is asked for (4)
  --rounds N       engines take turns this many times; medians count (3)
  --node FILE      the node that runs ours (this one)
  --json FILE      keeps the figures

Needs Linux and Debian's packages nginx, varnish and wrk.`;

const SIZES = [1_000_000, 200_000, 1500];
const VIEWERS = 500;

const { values } = parseArgs({
  options: {
    engines: { type: 'string', default: ENGINES.join(',') },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    node: { type: 'string', default: process.execPath },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await run(values.engines.split(','));

async function run(names) {
  demand(names);
  const origin = fork(new URL('./origin.mjs', import.meta.url));
  try {
    const port = await new Promise((resolve) => origin.once('message', resolve));
    const rounds = [];
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const name of names) rounds.push(await measure(name, port, round));
    }
    const version = execFileSync(values.node, ['--version'], { encoding: 'utf8' }).trim();
    const table = tableOf(names, rounds, version);
    console.log(table);
    await mkdir(new URL('./out/', import.meta.url), { recursive: true });
    await writeFile(new URL('./out/edge.md', import.meta.url), `${table}\n`);
    if (values.json)
      await writeFile(values.json, `${JSON.stringify({ version, rounds }, null, 2)}\n`);
  } finally {
    origin.kill();
  }
}

async function measure(name, origin, round) {
  const engine = await startEngine(name, origin, values.node);
  try {
    const result = { engine: name, hits: {} };
    for (const bytes of SIZES) result.hits[bytes] = await hits(engine, bytes, values.seconds);
    const fresh = `/200000/50/0/${name}-${round}`;
    result.crowd = await crowd(engine, VIEWERS, fresh);
    result.slow = await crowd(engine, 100, '/1000000/0/2000/slow');
    result.fetches = await fetchesOf(fresh, origin);
    return result;
  } finally {
    await engine.stop();
  }
}

/** How often the origin was asked for a path. */
async function fetchesOf(path, origin) {
  const asked = await (await fetch(`http://127.0.0.1:${origin}/asked`)).json();
  return asked[path] ?? 0;
}

function demand(names) {
  const unknown = names.filter((name) => !ENGINES.includes(name));
  if (unknown.length > 0) fail(`no engine is called ${unknown.join(', ')}; see --help`);
  const programs = { nginx: 'nginx', varnish: 'varnishd' };
  const needed = ['wrk', ...names.flatMap((name) => programs[name] ?? [])];
  const missing = needed.filter((program) => !isThere(program));
  if (missing.length > 0) {
    fail(`${missing.join(', ')} missing: apt install nginx varnish wrk, or --engines shoal`);
  }
}

function isThere(program) {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function fail(sentence) {
  console.error(`bench:edge: ${sentence}`);
  process.exit(1);
}
