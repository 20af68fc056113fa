/**
 * Runs scenarios from a command line: `main.js live16 --seed 1 [--for 65] [--plain | --beside]
 * [--since 40] [--trace v3] [--json] [--html report.html]`.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkRun } from './check/index.js';
import { htmlOf } from './report/html/page.js';
import { narrate } from './report/narrate.js';
import { reportOf } from './report/report.js';
import { comparisonOf, tableOf } from './report/table.js';
import { openWindow, type WindowReport } from './report/window.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';
import { createSimulation, type Simulation } from './simulation.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    for: { type: 'string' },
    plain: { type: 'boolean', default: false },
    /** Also with the CDN alone, side by side. */
    beside: { type: 'boolean', default: false },
    /** Also what came to pass after so many seconds. */
    since: { type: 'string' },
    trace: { type: 'string' },
    json: { type: 'boolean', default: false },
    html: { type: 'string' },
  },
});

const names = positionals.length > 0 ? positionals : Object.keys(SCENARIOS);
const scenarios = names.map(scenarioOf);
const windows: WindowReport[] = [];
const runs = scenarios.map((scenario) => run({ ...scenario, plain: values.plain }));
const reports = runs.map(reportOf);
const isBeside = values.beside || values.html !== undefined;
const plain = isBeside ? scenarios.map((one) => reportOf(run({ ...one, plain: true }))) : [];
if (values.json) console.log(JSON.stringify([...reports, ...plain, ...windows], null, 1));
else if (!isBeside) console.log(tableOf(reports));
else console.log(reports.map((report, i) => comparisonOf(report, plain[i]!)).join('\n\n'));
if (!values.json) for (const window of windows) console.log(window);
for (const one of runs) {
  for (const fault of checkRun(one)) console.log(`${one.scenario.name}: ${fault}`);
}
if (values.html !== undefined) writeFileSync(values.html, htmlOf(reports[0]!, plain[0]!));

function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS[name]?.(Number(values.seed));
  if (scenario === undefined) {
    console.error(`No scenario ${name}. There are: ${Object.keys(SCENARIOS).join(', ')}.`);
    process.exit(1);
  }
  return values.for === undefined ? scenario : { ...scenario, forMs: 1000 * Number(values.for) };
}

function run(scenario: Scenario): Simulation {
  const simulation: Simulation = createSimulation(scenario, {
    clock: cpuMs,
    trace: (viewer) =>
      viewer === values.trace
        ? (line) => console.log(narrate(line, (peer) => simulation.nameOf(peer)))
        : undefined,
  });
  const { since } = values;
  const closeWindow =
    since === undefined || scenario.plain
      ? undefined
      : openWindow(simulation, 1000 * Number(since));
  simulation.run();
  if (closeWindow !== undefined) windows.push(closeWindow());
  return simulation;
}

/** What this process has computed: a busy machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
