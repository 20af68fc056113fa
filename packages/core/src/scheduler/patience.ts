/**
 * How long the push gets before a stripe counts as silent: what it usually takes, twice, within
 * limits.
 */
import type { Ms } from '../units/index.js';

export interface PatienceConfig {
  /** Before the push was ever timed. */
  readonly startMs: Ms;
  /** Least. Shorter: repair asks for what is already on its way, and pieces come twice. */
  readonly leastMs: Ms;
  /** Most. Longer: a dead parent costs deadline fetches. */
  readonly mostMs: Ms;
}

export const DEFAULT_PATIENCE: PatienceConfig = { startMs: 700, leastMs: 500, mostMs: 2_000 };

/** RPR2: twice the usual gap between two pieces of a stripe, plus two round trips. */
export function patienceMs(gapMs: Ms | undefined, rttMs: Ms, config = DEFAULT_PATIENCE): Ms {
  const wanted = gapMs === undefined ? config.startMs : 2 * gapMs + 2 * rttMs + config.leastMs / 2;
  return Math.min(config.mostMs, Math.max(config.leastMs, wanted));
}

/** The usual gap after one more; long gaps count at once, short ones slowly. */
export function learnGap(gapMs: Ms | undefined, sample: Ms): Ms {
  if (gapMs === undefined) return sample;
  return gapMs + (sample - gapMs) * (sample > gapMs ? 0.3 : 0.1);
}
