/** Never worse than the CDN: the same run without the engine, side by side. */
import { reportOf } from '../report/report.js';
import type { Simulation } from '../simulation.js';

export interface PlainTolerance {
  /** Start-up median may be later by this. */
  readonly startMs: number;
  /** Stall time of all viewers together may be longer by this. */
  readonly stallMs: number;
}

export function worseThanPlain(
  ours: Simulation,
  plain: Simulation,
  tolerance: PlainTolerance = { startMs: 100, stallMs: 0 },
): readonly string[] {
  const [mine, theirs] = [reportOf(ours), reportOf(plain)];
  const faults: string[] = [];
  if (mine.neverStarted > theirs.neverStarted) faults.push('a viewer never starts that plain does');
  if (mine.stallMs > theirs.stallMs + tolerance.stallMs) {
    faults.push(`stalls ${Math.round(mine.stallMs)} ms, plain ${Math.round(theirs.stallMs)} ms`);
  }
  if (mine.startMedianMs > theirs.startMedianMs + tolerance.startMs) {
    const [a, b] = [mine.startMedianMs, theirs.startMedianMs].map(Math.round);
    faults.push(`starts after ${a} ms, plain after ${b} ms`);
  }
  return faults;
}
