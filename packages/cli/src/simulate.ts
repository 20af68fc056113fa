/** `shoal simulate`: plays a scenario in virtual time, beside the same without peers. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import {
  comparisonOf,
  createSimulation,
  htmlOf,
  largeHtmlOf,
  largeTableOf,
  loadFile,
  loadScenario,
  type NamedFile,
  type Report,
  reportOf,
  runLarge,
  type Scenario,
  type Simulation,
  scenarioNames,
  tableOf,
} from '@shoal/sim';
import type { Command } from 'commander';
import { readSeed, readSpan } from './option-values.js';
import { createProgress } from './progress.js';
import { runInSlices } from './run-in-slices.js';
import { listenForSignals, type Signals } from './signals.js';

interface SimulateValues {
  readonly seed?: number;
  readonly for?: number;
  readonly json?: string;
  readonly html?: string;
  readonly plain?: boolean;
  readonly list?: boolean;
}

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .summary('play a scenario in virtual time')
    .description(ABOUT)
    .argument('[scenario]', 'a packaged scenario or a file of your own', 'demo')
    .option('--seed <number>', 'in place of the seed in the file', readSeed)
    .option('--for <time>', 'in place of the time in the file, such as 45s or 10min', readSpan)
    .option('--json <file>', 'write all figures to this file')
    .option('--html <file>', 'write a page with plots to this file')
    .option('--plain', 'the CDN alone only')
    .option('--list', 'list the packaged scenarios')
    .addHelpText('after', EXAMPLES)
    .action(simulate);
}

async function simulate(name: string, values: SimulateValues): Promise<void> {
  if (values.list === true) {
    process.stdout.write(packaged());
    return;
  }
  const loaded = loadFile(name);
  const signals = listenForSignals();
  try {
    if (loaded.file.sample !== undefined) await estimate(loaded, values, signals);
    else
      await compare(loadScenario(name, { seed: values.seed, forMs: values.for }), values, signals);
  } finally {
    signals.undo();
  }
}

async function compare(scenario: Scenario, values: SimulateValues, signals: Signals) {
  const { json, html } = values;
  if (json !== undefined) expectWritable('--json', json);
  if (html !== undefined) expectWritable('--html', html);
  const arms = values.plain === true ? [true] : [false, true];
  // Figures for machines replay to the byte, so they hold nothing that a clock said.
  const options = json === undefined ? { clock: cpuMs } : {};
  const runs = arms.map((plain) => createSimulation({ ...scenario, plain }, options));
  const playedMs = await play(scenario, runs, signals);
  const reports = runs.map(reportOf);
  const plain = reports.at(-1);
  const ours = reports.find((report) => !report.plain);
  if (json !== undefined) writeFileSync(json, figures(runs[0]!.scenario, ours, plain));
  if (html !== undefined) writeFileSync(html, htmlOf(ours ?? plain!, plain!));
  const table = ours ? comparisonOf(ours, plain!) : tableOf(reports);
  process.stdout.write(summary(scenario, table, playedMs));
  const broken = runs.flatMap((run) => run.broken);
  if (broken.length > 0) throw new Error(`a machine broke a promise: ${broken[0]}`);
}

/** A large event: trackers for all, pieces for a sample. */
async function estimate({ file, name }: NamedFile, values: SimulateValues, signals: Signals) {
  const { json, html, plain } = values;
  if (plain === true) throw new Error('--plain: a scenario with a sample plays both arms anyway');
  if (json !== undefined) expectWritable('--json', json);
  if (html !== undefined) expectWritable('--html', html);
  const progress = createProgress(name);
  const report = await runLarge(file, name, {
    seed: values.seed,
    forMs: values.for,
    progress: (done) => progress.show(done),
    isStopped: () => signals.heard,
  }).finally(() => progress.clear());
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 1)}\n`);
  if (html !== undefined) writeFileSync(html, largeHtmlOf(report));
  const time = `${report.forMs / 1000} s with seed ${report.seed}`;
  const cut = signals.heard ? 'Stopped early: figures are of what was played.\n' : '';
  process.stdout.write(`${name}: ${file.about}\n${time}\n\n${cut}${largeTableOf(report)}\n`);
  const [broken] = report.sample.broken;
  if (broken !== undefined) throw new Error(`a machine broke a promise: ${broken}`);
}

/** Before minutes are spent on figures that cannot be kept. */
function expectWritable(option: string, path: string): void {
  try {
    closeSync(openSync(path, 'a'));
  } catch (cause) {
    throw new Error(`${option}: ${path} cannot be written`, { cause });
  }
}

/** What this process has computed: a busy machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Until the end or the first signal; gives how much time was played. */
async function play(
  scenario: Scenario,
  runs: readonly Simulation[],
  signals: Signals,
): Promise<number> {
  const progress = createProgress(scenario.name);
  try {
    return await runInSlices(runs, {
      progress: (done) => progress.show(done),
      isStopped: () => signals.heard,
    });
  } finally {
    progress.clear();
  }
}

function summary(scenario: Scenario, table: string, playedMs: number): string {
  const { name, about, seed, forMs } = scenario;
  const [played, whole] = [playedMs, forMs].map((ms) => `${Number((ms / 1000).toFixed(1))} s`);
  const cut = playedMs < forMs ? `Stopped after ${played} of ${whole}.\n` : '';
  const head = `${name}: ${about}\n${whole} with seed ${seed}\n\n`;
  return `${head}${cut}${table}\n`;
}

function figures(scenario: Scenario, ours?: Report, plain?: Report): string {
  const { name, about, seed, forMs } = scenario;
  return `${JSON.stringify({ scenario: name, about, seed, forMs, ours, plain }, null, 1)}\n`;
}

function packaged(): string {
  const names = scenarioNames();
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `${name.padEnd(width)}  ${loadFile(name).file.about}\n`).join('');
}

const ABOUT = [
  'Runs the machines of viewers and tracker in a virtual world that a scenario file describes, and',
  'once more without peers, as a CDN alone would serve it. Prints both beside the limit. The same',
  'file and seed give the same figures.',
].join(' ');

const EXAMPLES = `
Examples:
  shoal simulate                                   the packaged demo
  shoal simulate club-match-500 --seed 7
  shoal simulate ./final.yaml --json final.json --html final.html
  shoal simulate world-cup-1m                      a million viewers; an hour or two
  shoal simulate --list                            what is packaged

Ctrl-C prints what there is so far.
`;
