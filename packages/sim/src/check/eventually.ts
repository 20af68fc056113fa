/** What must hold once faults have stopped. */
import { reportOf } from '../report/report.js';
import type { Simulation } from '../simulation.js';

/** Everybody who stayed plays; nobody stalls at the end; one copy leaves the edge. */
export function eventuallyFaults(
  simulation: Simulation,
  { quietMs = 20_000, copiesMax = 1.05 } = {},
): readonly string[] {
  const faults: string[] = [];
  const { scenario, visits, media } = simulation;
  for (const { name, player, isGone, spec } of visits) {
    if (isGone || player === undefined || (spec.behaviour ?? 'good') !== 'good') continue;
    const { playedAt, stallsAt } = player.figures;
    if (playedAt === undefined) faults.push(`${name} never played`);
    if (stallsAt.some((at) => at > scenario.forMs - quietMs)) faults.push(`${name} stalls late`);
  }
  const { copiesSteady } = reportOf(simulation);
  if (media.live && copiesSteady > copiesMax) {
    faults.push(`steady state costs ${copiesSteady.toFixed(3)} copies`);
  }
  return faults;
}
