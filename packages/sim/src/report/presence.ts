/** Who is there for how long, who takes part, and sums over them. */
import type { Ms } from '@shoal/core/units';
import type { Simulation, Visit } from '../simulation.js';

/** From arrival to the end of the visit or of the run. */
export function presentMs({ scenario }: Simulation, { spec }: Visit): Ms {
  return Math.min(scenario.forMs, spec.leaveAt ?? Number.POSITIVE_INFINITY) - spec.arriveAt;
}

/** Whether it may link to others at all. */
export function hasJoined({ spec }: Visit): boolean {
  return spec.consent !== false && spec.nat !== 'blocked';
}

export function uploads(visit: Visit): boolean {
  return hasJoined(visit) && visit.spec.uploads !== false;
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
