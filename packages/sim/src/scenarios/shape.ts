/** What scenarios share: the stream of the bench, accesses, arrivals. */
import { createRandom, type Ms } from '@shoal/core/units';
import type { AccessSpec } from '../network/access.js';
import type { Scenario, VisitSpec } from '../scenario.js';
import type { MediaSpec } from '../world/media.js';

/** 600 kbit/s in segments of 2 s, 14 segments in the playlist. */
export const LIVE: MediaSpec = { live: true, bitrates: [590_000], segmentMs: 2_000, segments: 14 };

/** 96 s in segments of 4 s. */
export const TITLE: MediaSpec = {
  live: false,
  bitrates: [590_000],
  segmentMs: 4_000,
  segments: 24,
};

export const FIBRE: AccessSpec = { up: 20_000_000, down: 100_000_000, delayMs: 8 };
export const THIN: AccessSpec = { up: 1_000_000, down: 8_000_000, delayMs: 12 };

const PLENTY = { rate: 1_000_000_000, delayMs: 8 };

/** A scenario with what it does not say filled in. */
export function shape(
  part: Pick<Scenario, 'name' | 'about' | 'seed' | 'visits'> & Partial<Scenario>,
): Scenario {
  return {
    forMs: 120_000,
    media: LIVE,
    edge: PLENTY,
    happenings: [],
    plain: false,
    unlinkable: 0,
    trackerDelayMs: 8,
    linkMs: 20,
    distances: { regionsMs: 0, networksMs: 0 },
    config: undefined,
    ...part,
  };
}

/**
 * `n` visits at random times within `withinMs`, in order; each a little nearer or farther than the
 * next.
 */
export function arrivals(
  seed: number,
  n: number,
  withinMs: Ms,
  access: AccessSpec = FIBRE,
): readonly VisitSpec[] {
  const random = createRandom(seed ^ 0xa11);
  const times = Array.from({ length: n }, () => 500 + random.next() * withinMs);
  times.sort((a, b) => a - b);
  return times.map((arriveAt) => ({
    ...access,
    arriveAt: Math.round(arriveAt),
    delayMs: access.delayMs * (0.5 + random.next()),
  }));
}
