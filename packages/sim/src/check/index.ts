/** Checkers, apart from scenarios: what must always hold, and what must hold in the end. */
import type { Simulation } from '../simulation.js';
import { alwaysFaults } from './always.js';
import { eventuallyFaults } from './eventually.js';

export { alwaysFaults } from './always.js';
export { worseThanPlain } from './beside-plain.js';
export { eventuallyFaults } from './eventually.js';

export function checkRun(simulation: Simulation): readonly string[] {
  if (simulation.scenario.plain) return [];
  return [...alwaysFaults(simulation), ...eventuallyFaults(simulation)];
}
