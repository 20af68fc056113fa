/** What must hold once faults have stopped. */
import { DEFAULT_TRACKER } from '@shoal/core/tracker';
import { reportOf } from '../report/report.js';
import type { Simulation, Visit } from '../simulation.js';

/** Everybody who stayed plays; nobody stalls at the end; a cluster costs one copy. */
export function eventuallyFaults(simulation: Simulation, quietMs = 20_000): readonly string[] {
  const faults: string[] = [];
  const { scenario, media } = simulation;
  const stayed = simulation.visits.filter(isHonestAndHere);
  for (const { name, player } of stayed) {
    if (player?.playhead.playedAt === undefined) faults.push(`${name} never played`);
    if (player?.playhead.stallsAt.some((at) => at > scenario.forMs - quietMs)) {
      faults.push(`${name} stalls late`);
    }
  }
  const { copiesSteady } = reportOf(simulation);
  const fair = fairCopies(simulation, stayed);
  if (media.live && copiesSteady > fair * (1 + SLACK)) {
    faults.push(`steady state costs ${copiesSteady.toFixed(3)} copies instead of ${fair}`);
  }
  return faults;
}

/** One for each viewer that takes no part, and one for each cluster of the others. */
function fairCopies({ tracker }: Simulation, stayed: readonly Visit[]): number {
  const joined = stayed.filter(({ spec }) => spec.consent !== false).length;
  if (!tracker.isUp()) return stayed.length;
  return stayed.length - joined + Math.ceil(joined / DEFAULT_TRACKER.planning.clusterMax);
}

function isHonestAndHere({ player, isGone, spec }: Visit): boolean {
  return player !== undefined && !isGone && (spec.behaviour ?? 'good') === 'good';
}

const SLACK = 0.05;
