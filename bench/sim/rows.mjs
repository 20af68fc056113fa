/** The rows of the table: a packaged scenario each, and what it must reach. */

/**
 * A goal holds `of` a run to `least` or `most`. A run has figures of three arms: `ours`, the CDN
 * alone (`plain`), and, where somebody misbehaves, the same audience with nobody who does
 * (`clean`).
 */
const offload = (least) => ({
  what: 'offload',
  unit: '%',
  of: ({ ours }) => ours.offload,
  least: () => least,
  limit: ({ ours }) => ours.limit,
});

const ofLimit = (share) => ({
  what: `offload, ${100 * share} % of the limit`,
  unit: '%',
  of: ({ ours }) => ours.offload,
  least: ({ ours }) => share * ours.limit,
  limit: ({ ours }) => ours.limit,
});

const depth = {
  what: 'hops from a root, at most',
  unit: '',
  of: ({ ours }) => ours.depthMax,
  most: () => 4,
};

/** Stalled time over time watched, no more than the CDN alone and a little. */
const stalls = (more) => ({
  what: `stall time${more > 0 ? ` beyond the CDN's` : ''}`,
  unit: '%',
  of: ({ ours }) => ours.rebuffer,
  most: ({ plain, within }) => plain.rebuffer + more + (within?.rebuffer ?? 0),
});

const startUp = {
  what: 'start-up p95',
  unit: 'ms',
  of: ({ ours }) => ours.startP95Ms,
  most: ({ plain, within }) => plain.startP95Ms + (within?.startP95Ms ?? 0),
};

const edgePeak = (share) => ({
  what: `edge peak, share of the CDN's`,
  unit: '%',
  of: ({ ours, plain }) => ours.edgePeak / plain.edgePeak,
  most: () => share,
});

/** What a large run itself costs, and what its trackers would. */
const cost = (what, unit, of, most) => ({
  what,
  unit,
  of: ({ ours }) => of(ours),
  most: () => most,
});
const large = [
  cost('minutes', '', ({ minutes }) => minutes, 15),
  cost('memory in GiB', '', ({ gib }) => gib, 8),
  cost('cores for planning', '', ({ planCores }) => planCores, 1),
  cost('joins wait, 99 %', 'ms', ({ joinP99Ms }) => joinP99Ms, 50),
];

const lateStallers = {
  what: 'viewers that stall after 10 s',
  unit: '',
  of: ({ ours }) => ours.lateStallers,
  most: () => 0,
};

const corrupt = {
  what: 'corrupt bytes played or passed on',
  unit: '',
  of: ({ ours }) => ours.unverified + ours.broken,
  most: () => 0,
};

/** Offload of the honest, beside that of the same audience when all are. */
const lost = (bad) => ({
  what: 'offload lost',
  unit: '%',
  of: ({ ours, clean }) => clean.offload - ours.offload,
  most: () => bad + 0.05,
});

const hostile = (bad) => [corrupt, stalls(0.001), lost(bad)];

export const ROWS = {
  'lognormal-8': [offload(0.84), depth],
  'lognormal-16': [offload(0.91), depth],
  'lognormal-200': [offload(0.96), depth],
  'consent-30': [ofLimit(0.95)],
  'consent-50': [ofLimit(0.95)],
  'consent-70': [ofLimit(0.95)],
  'thin-uplinks-100': [offload(0.92)],
  'flash-crowd': [startUp, stalls(0), edgePeak(0.15)],
  'world-cup-1m': large,
  'three-copies-200': [lateStallers],
  'third-leaves-200': [stalls(0.001)],
  'polluters-10': hostile(0.1),
  'polluters-30': hostile(0.3),
  'silent-30': hostile(0.3),
  'sybils-30': hostile(0.3),
};
