/**
 * The bench's cases as data: what is streamed, who arrives and leaves, and what the network allows.
 */

/**
 * @typedef {object} BenchCase
 * @property {string} title one line for the table
 * @property {'live' | 'vod' | 'ladder' | 'low'} stream `low`: made by `shoal live`, parts of 0.5 s
 * @property {'ordinary'} [picture] 640 × 360, 25 fps with sound, instead of the light clip
 * @property {number} viewers
 * @property {number} arriveSec span over which they arrive (0: all at once)
 * @property {number} window segments in the live playlist
 * @property {{ upKbps: number, downKbps: number, slowDownKbps?: number, slowEvery?: number }}
 *   [links] access link of each viewer, in a network namespace of its own; every `slowEvery`-th
 *   viewer gets `slowDownKbps` instead
 * @property {number} [egressKbps] what the origin can send to all viewers together
 * @property {{ kind: 'third', atShare: number } | { kind: 'steady', everySec: number }} [churn]
 * @property {{ fromSec: number, toSec: number, status?: number, delayMs?: number }} [fault]
 *   what the origin does to viewers' media requests in that span
 */

// Sixteen segments: hls.js plays three behind live whatever the window, while p2p-media-loader
// places itself at its far end and asks for 15 to 20 segments; a short one would be unfair to it.
const LIVE = { stream: 'live', arriveSec: 20, window: 16 };

/** @type {Record<string, BenchCase>} */
export const CASES = {
  live16: { ...LIVE, title: 'live, 16 viewers over 20 s', viewers: 16 },
  flash16: { ...LIVE, title: 'live, 16 viewers at once', viewers: 16, arriveSec: 0 },
  live8: { ...LIVE, title: 'live, 8 viewers over 10 s', viewers: 8, arriveSec: 10 },
  vod16: { ...LIVE, title: 'VOD of 96 s, 16 viewers over 20 s', stream: 'vod', viewers: 16 },
  ladder16: { ...LIVE, title: 'live ladder, 16 viewers', stream: 'ladder', viewers: 16 },
  uplink8: {
    ...LIVE,
    title: 'live, 8 viewers, uplinks of 1 Mbit/s',
    viewers: 8,
    arriveSec: 10,
    links: { upKbps: 1000, downKbps: 8000 },
  },
  egress16: {
    ...LIVE,
    title: 'live, 16 viewers, the edge sends 3 copies',
    viewers: 16,
    egressKbps: 1770,
  },
  ordinary6: {
    ...LIVE,
    title: 'live, 6 viewers of an ordinary picture',
    picture: 'ordinary',
    viewers: 6,
    arriveSec: 10,
  },
  thirdleave16: {
    ...LIVE,
    title: 'live, a third of 16 leaves at once',
    viewers: 16,
    churn: { kind: 'third', atShare: 0.5 },
  },
  churn16: {
    ...LIVE,
    title: 'live, 16 viewers, one leaves and one arrives every 4 s',
    viewers: 16,
    churn: { kind: 'steady', everySec: 4 },
  },
  laddermix8: {
    ...LIVE,
    title: 'live ladder, 8 viewers, every other one at 0.45 Mbit/s down',
    stream: 'ladder',
    viewers: 8,
    arriveSec: 10,
    links: { upKbps: 4000, downKbps: 8000, slowDownKbps: 450, slowEvery: 2 },
  },
  low8: {
    ...LIVE,
    title: 'low latency, 8 viewers over 10 s',
    stream: 'low',
    viewers: 8,
    arriveSec: 10,
  },
  low16: { ...LIVE, title: 'low latency, 16 viewers over 20 s', stream: 'low', viewers: 16 },
  outage8: {
    ...LIVE,
    title: 'live, 8 viewers, media requests fail for 6 s',
    viewers: 8,
    arriveSec: 5,
    fault: { fromSec: 20, toSec: 26, status: 503 },
  },
};

/** The cases of the table of goals, in its order; what runs when no `--case` is given. */
export const GOAL_CASES = [
  'live16',
  'flash16',
  'live8',
  'vod16',
  'ladder16',
  'uplink8',
  'egress16',
  'ordinary6',
];
