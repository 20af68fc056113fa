/** Swarms of one large cluster: uplinks as homes have them, pairs that cannot link, people who come and go. */
import { BitsPerSec, createRandom, Ms, type Random } from '@shoal/core/units';
import type { AccessSpec } from '../network/access.js';
import type { Scenario, VisitSpec } from '../scenario.js';
import { LIVE, shape } from './shape.js';

/** 5 Mbit/s in segments of 2 s. */
const HIGH = { ...LIVE, bitrates: [5_000_000] };
const BITRATE = 5_000_000;
/** Of all pairs, so many cannot link. */
const UNLINKABLE = 0.3;
const STAY_MS = 600_000;

export const home8 = (seed: number): Scenario => homes(seed, 8);
export const home16 = (seed: number): Scenario => homes(seed, 16);
export const home60 = (seed: number): Scenario => homes(seed, 60);
export const home100 = (seed: number): Scenario => homes(seed, 100);
export const home200 = (seed: number): Scenario => homes(seed, 200);

export const thin100 = (seed: number): Scenario =>
  crowd(seed, 100, {
    name: 'thin100',
    about: '100 viewers of 5 Mbit/s, each with an uplink of 1.6 times that',
    access: () => ({ up: BitsPerSec(1.6 * BITRATE), down: BitsPerSec(50_000_000) }),
  });

export const consent30 = (seed: number): Scenario => consent(seed, 0.3);
export const consent50 = (seed: number): Scenario => consent(seed, 0.5);
export const consent70 = (seed: number): Scenario => consent(seed, 0.7);

export const egress200 = (seed: number): Scenario => ({
  ...homes(seed, 200),
  name: 'egress200',
  about: 'an edge that can send three copies of 5 Mbit/s, 200 viewers',
  edge: { rate: BitsPerSec(3 * BITRATE), delayMs: Ms(8) },
});

export const thirdLeave200 = (seed: number): Scenario => {
  const scenario = homes(seed, 200);
  const random = createRandom(seed ^ 0x1ea);
  return {
    ...scenario,
    name: 'third-leave200',
    about: 'a third of 200 viewers leave within 2 s, at 90 s',
    visits: scenario.visits.map((visit) =>
      random.next() < 1 / 3 && visit.arriveAt < 80_000
        ? { ...visit, leaveAt: Ms(90_000 + random.below(2_000)), noticeMs: Ms(200) }
        : visit,
    ),
  };
};

export const low16 = (seed: number): Scenario => low(seed, 16);
export const low200 = (seed: number): Scenario => low(seed, 200);

/** The same homes at low latency. */
function low(seed: number, n: number): Scenario {
  return {
    ...homes(seed, n),
    name: `low${n}`,
    about: `${n} viewers of 5 Mbit/s a second behind live, in parts of a third of a second`,
    media: { ...HIGH, partMs: HIGH.segmentMs / 6 },
    // Enough for everybody at once, so that the CDN alone is at its best.
    edge: { rate: BitsPerSec(2_000_000_000), delayMs: Ms(8) },
  };
}

function homes(seed: number, n: number): Scenario {
  return crowd(seed, n, {
    name: `home${n}`,
    about: `${n} viewers of 5 Mbit/s at a time, uplinks lognormal around 50 Mbit/s, 10 min each`,
    access: (random) => homeAccess(random, 50_000_000),
  });
}

/** Those who do not consent play from the edge; the others' uplinks have a mean of 10 Mbit/s. */
function consent(seed: number, share: number): Scenario {
  return crowd(seed, 100, {
    name: `consent${Math.round(100 * share)}`,
    about: `100 viewers of 5 Mbit/s; ${Math.round(100 * share)} % share, 10 Mbit/s on average`,
    access: (random) => homeAccess(random, 10_000_000 / Math.sqrt(Math.E)),
    consents: (random) => random.next() < share,
  });
}

interface CrowdSpec {
  readonly name: string;
  readonly about: string;
  readonly access: (random: Random) => Pick<AccessSpec, 'up' | 'down'>;
  readonly consents?: (random: Random) => boolean;
}

/** `n` come within 20 s; whoever leaves is followed by somebody else. */
function crowd(seed: number, n: number, spec: CrowdSpec): Scenario {
  const forMs = 180_000;
  const random = createRandom(seed ^ 0xb16);
  const visits: VisitSpec[] = [];
  for (let seat = 0; seat < n; seat++) {
    for (let at = 500 + random.next() * 20_000; at < forMs; ) {
      const stayMs = -Math.log(1 - random.next()) * STAY_MS;
      visits.push({
        ...spec.access(random),
        delayMs: Ms(8 * (0.5 + random.next())),
        consent: spec.consents?.(random) ?? true,
        arriveAt: Ms(Math.round(at)),
        leaveAt: Ms(Math.round(at + stayMs)),
      });
      at += stayMs;
    }
  }
  visits.sort((a, b) => a.arriveAt - b.arriveAt);
  const { name, about } = spec;
  return shape({
    name,
    about,
    seed,
    forMs: Ms(forMs),
    media: HIGH,
    unlinkable: UNLINKABLE,
    visits,
  });
}

/** Lognormal with a sigma of 1: one in ten has less than 28 % of the median. */
function homeAccess(random: Random, median: number): Pick<AccessSpec, 'up' | 'down'> {
  const normal =
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const up = Math.round(median * Math.exp(normal));
  return { up: BitsPerSec(up), down: BitsPerSec(Math.max(30_000_000, 2 * up)) };
}
