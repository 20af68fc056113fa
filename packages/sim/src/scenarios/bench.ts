/** The cases of the bench in real browsers, in virtual time. */
import { createRandom } from '@shoal/core/units';
import type { Scenario } from '../scenario.js';
import { arrivals, LIVE, shape, THIN, TITLE } from './shape.js';

export const live16 = (seed: number): Scenario =>
  shape({
    name: 'live16',
    about: '16 viewers of a live stream arrive over 20 s',
    seed,
    visits: arrivals(seed, 16, 20_000),
  });

export const flash16 = (seed: number): Scenario =>
  shape({
    name: 'flash16',
    about: '16 viewers of a live stream arrive at once',
    seed,
    visits: arrivals(seed, 16, 300),
  });

export const live8 = (seed: number): Scenario =>
  shape({
    name: 'live8',
    about: '8 viewers of a live stream arrive over 10 s',
    seed,
    visits: arrivals(seed, 8, 10_000),
  });

export const vod16 = (seed: number): Scenario =>
  shape({
    name: 'vod16',
    about: '16 viewers of a title of 96 s arrive over 20 s',
    seed,
    media: TITLE,
    visits: arrivals(seed, 16, 20_000),
  });

export const slowLinks16 = (seed: number): Scenario =>
  shape({
    name: 'slow-links16',
    about: '16 viewers of a title of 96 s arrive over 20 s; links take 0.3 to 0.9 s to come up',
    seed,
    media: TITLE,
    linkMs: 300,
    visits: arrivals(seed, 16, 20_000),
  });

export const uplink8 = (seed: number): Scenario =>
  shape({
    name: 'uplink8',
    about: '8 viewers of a live stream with uplinks of 1 Mbit/s',
    seed,
    visits: arrivals(seed, 8, 10_000, THIN),
  });

export const egress16 = (seed: number): Scenario =>
  shape({
    name: 'egress16',
    about: 'an edge that can send three copies, 16 viewers arrive over 20 s',
    seed,
    edge: { rate: 3 * 590_000, delayMs: 8 },
    visits: arrivals(seed, 16, 20_000),
  });

export const ladder16 = (seed: number): Scenario => {
  const random = createRandom(seed ^ 0x1ad);
  return shape({
    name: 'ladder16',
    about: '16 viewers of three renditions; all go up as they start, some go down for a while',
    seed,
    media: { ...LIVE, bitrates: [200_000, 400_000, 800_000] },
    visits: arrivals(seed, 16, 20_000).map((visit, i) => {
      const up = { at: 2_500 + random.below(2_000), to: 2 };
      const down = { at: 30_000 + random.below(40_000), to: 1 };
      const back = { at: down.at + 15_000, to: 2 };
      return { ...visit, ladder: { first: 0, switches: i % 4 === 1 ? [up, down, back] : [up] } };
    }),
  });
};

export const crowd60 = (seed: number): Scenario =>
  shape({
    name: 'crowd60',
    about: '60 viewers arrive within 5 s',
    seed,
    forMs: 60_000,
    visits: arrivals(seed, 60, 5_000),
  });
