/** The cases of the bench in real browsers, in virtual time. */
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
    edge: { rate: 3 * LIVE.bitrate, delayMs: 8 },
    visits: arrivals(seed, 16, 20_000),
  });
