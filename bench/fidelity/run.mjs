/** `npm run bench:fidelity`: browsers and the simulator with the same inputs, side by side. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from '../../tools/build.mjs';
import { tableOf } from './table.mjs';

const HELP = `npm run bench:fidelity -- [options]

  --cases a,b    cases of bench:browsers (default live8,live16)
  --seconds N    length of a run in browsers (default 120)
  --from DIR     runs that bench:browsers has kept there (--keep-json), instead of new ones
  --seeds N      simulated with seeds 1 to N; the median counts (default 5)
  --write FILE   where the table goes (default docs/FIDELITY.md)
  --help
`;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: 'live8,live16' },
    seconds: { type: 'string', default: '120' },
    from: { type: 'string' },
    seeds: { type: 'string', default: '5' },
    write: { type: 'string', default: join(ROOT, 'docs', 'FIDELITY.md') },
    help: { type: 'boolean', default: false },
  },
});

async function main() {
  await build({ quiet: true });
  const { inputsOf, median, predict } = await import('./predict.mjs');
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
  const rows = [];
  for (const name of values.cases.split(',')) {
    const dir = values.from ?? (await play(name));
    const [plain, ours] = ['plain', 'ours'].map((engine) => read(dir, name, engine));
    const inputs = inputsOf(plain, ours);
    const runs = predict(name, inputs, seeds);
    const middle = (of) => median(runs.map((run) => run[of]));
    rows.push({
      name,
      measured: ours.figures,
      predicted: { offload: middle('offload'), startMs: middle('startMs') },
      inputs,
    });
  }
  const table = tableOf(rows);
  console.log(table);
  writeFileSync(values.write, `${PREFACE}\n${table}\n`);
}

function read(dir, name, engine) {
  const file = join(dir, `${name}-${engine}-1.json`);
  try {
    return JSON.parse(readFileSync(file));
  } catch {
    throw new Error(`no run in ${file}: bench:browsers keeps them with --keep-json ${dir}`);
  }
}

/** hls.js alone and Shoal in turn, once each; resolves with the folder of the runs. */
async function play(name) {
  const dir = join(ROOT, 'bench', '.cache', 'fidelity');
  mkdirSync(dir, { recursive: true });
  const args = ['--case', name, '--engines', 'plain,ours', '--runs', '1', '--keep-json', dir];
  const bench = join(ROOT, 'bench', 'browsers', 'run.mjs');
  const child = spawn(process.execPath, [bench, ...args, '--seconds', values.seconds], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  if (code !== 0) throw new Error(`bench:browsers --case ${name} ended with code ${code}`);
  return dir;
}

const PREFACE = `# Browsers and the simulator

\`npm run bench:fidelity\` plays cases of the browser bench and simulates them with the same inputs:
who came when, how long hls.js alone takes to start on that machine, and how long a link takes to
come up there. Nothing that is compared goes in. Aims: 5 points of offload, 15 % of start-up.
`;

if (values.help) console.log(HELP);
else {
  await main().catch(({ message }) => {
    console.error(`bench:fidelity: ${message}`);
    process.exitCode = 1;
  });
}
