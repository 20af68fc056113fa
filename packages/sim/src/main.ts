/**
 * Runs scenarios from a command line: `main.js live16 --seed 1 [--for 65] [--since 60] [--plain]
 * [--trace v3] [--json]`.
 */
import { parseArgs } from 'node:util';
import { checkRun } from './check/index.js';
import { narrate } from './report/narrate.js';
import { reportOf } from './report/report.js';
import { tableOf } from './report/table.js';
import { openWindow } from './report/window.js';
import { SCENARIOS } from './scenarios/index.js';
import { createSimulation, type Simulation } from './simulation.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    for: { type: 'string' },
    plain: { type: 'boolean', default: false },
    since: { type: 'string' },
    trace: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const names = positionals.length > 0 ? positionals : Object.keys(SCENARIOS);
const runs = names.map((name) => {
  const make = SCENARIOS[name];
  if (make === undefined) {
    console.error(`No scenario ${name}. There are: ${Object.keys(SCENARIOS).join(', ')}.`);
    process.exit(1);
  }
  const scenario = make(Number(values.seed));
  const forMs = values.for === undefined ? scenario.forMs : 1000 * Number(values.for);
  let simulation: Simulation | undefined;
  simulation = createSimulation(
    { ...scenario, forMs, plain: values.plain },
    {
      trace: (viewer) =>
        viewer === values.trace
          ? (line) =>
              console.log(narrate(line, (peer) => simulation?.nameOf(peer) ?? peer.slice(0, 4)))
          : undefined,
    },
  );
  const closeWindow =
    values.since === undefined ? undefined : openWindow(simulation, 1000 * Number(values.since));
  simulation.run();
  return { simulation, late: closeWindow?.() };
});
const reports = runs.map(({ simulation, late }) => ({ ...reportOf(simulation), late }));
console.log(values.json ? JSON.stringify(reports, null, 1) : tableOf(reports));
for (const { late } of runs) if (late && !values.json) console.log(late);
for (const { simulation: run } of runs) {
  for (const fault of checkRun(run)) console.log(`${run.scenario.name}: ${fault}`);
}
