/**
 * One scenario with one seed, in a process of its own: prints the figures of all its arms as JSON.
 * `node run-one.mjs NAME SEED [MS]`
 */
import { createSimulation, loadFile, loadScenario, reportOf, runLarge } from '@shoal/sim';
import { figuresOf, largeFiguresOf } from './figures.mjs';

const [name, seed, forMs] = process.argv.slice(2);
const options = { seed: Number(seed), ...(forMs === undefined ? {} : { forMs: Number(forMs) }) };
const { file } = loadFile(name);
if (file.sample !== undefined) {
  const report = await runLarge(file, name, options);
  console.log(JSON.stringify(largeFiguresOf(report)));
  process.exit();
}
const scenario = loadScenario(name, options);
const isHonest = ({ behaviour = 'good' }) => behaviour === 'good';

function armOf(part) {
  const began = process.cpuUsage();
  const simulation = createSimulation({ ...scenario, ...part });
  simulation.run();
  const { user, system } = process.cpuUsage(began);
  return figuresOf(simulation, reportOf(simulation), (user + system) / 1e6);
}

const honest = scenario.visits.map((visit) => ({ ...visit, behaviour: 'good' }));
const arms = {
  ours: armOf({}),
  plain: armOf({ plain: true }),
  ...(scenario.visits.every(isHonest) ? {} : { clean: armOf({ visits: honest }) }),
};
console.log(JSON.stringify({ name, seed: scenario.seed, forMs: scenario.forMs, ...arms }));
