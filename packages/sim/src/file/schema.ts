/**
 * The scenario file: every key, what it wants, and what holds when it is left out. packages/sim/
 * scenarios/README.md is its manual.
 */
import * as v from 'valibot';
import { oneOrMore, section, word } from './section.js';
import { copies, count, factor, rate, share, time } from './units.js';

/** What a scenario file may ask for at most. */
export const SCENARIO_LIMITS = {
  /** Viewers at once, all of them with their media: memory grows with them. */
  viewers: 100_000,
  /** Viewers at once where media is simulated for a sample of them only. */
  sampledViewers: 2_000_000,
  /** Clusters of that sample. */
  sampledClusters: 100,
  /** Tracker machines that share an audience. */
  machines: 64,
  /** Titles of one library. */
  titles: 1_000,
  /** Renditions of one ladder. */
  renditions: 16,
  /** Milliseconds that are simulated. */
  forMs: 86_400_000,
  /** Bytes of a file. */
  fileBytes: 65_536,
} as const;

const HOUR = 3_600_000;
const anyShare = share(0, 1);
const someShare = share(0.0001, 1);
const anyTime = time(0, SCENARIO_LIMITS.forMs);
const someTime = time(1, SCENARIO_LIMITS.forMs);
const delay = time(0, 1_000);
const linkRate = rate(8_000, 1e12);

const spreadOfRates = section({
  median: v.optional(linkRate),
  mean: v.optional(linkRate),
  spread: v.optional(factor(1, 20), 2),
});

/** The same for all, or lognormal around a median or mean: two of three lie within its spread. */
const lines = v.lazy(
  (value): v.GenericSchema<unknown, Lines> =>
    typeof value === 'object' ? spreadOfRates : linkRate,
);

/** A rate, or how many times the highest bitrate. */
const capacity = v.lazy(
  (value): v.GenericSchema<unknown, Capacity> =>
    /cop(y|ies)$/.test(String(value)) ? copies(0.1, 1e6) : rate(1_000, 1e15),
);

type Lines = number | v.InferOutput<typeof spreadOfRates>;
type Capacity = number | { readonly copies: number };

const stream = section({
  kind: v.optional(word(['live', 'vod']), 'live'),
  segment: v.optional(time(200, 20_000), '2 s'),
  /** Segments that a live playlist names. */
  window: v.optional(count(3, 100), 14),
  /** Of a title. */
  duration: v.optional(time(1_000, 12 * HOUR)),
  /** Ascending; a viewer starts with the first and goes up to what fits its downlink. */
  bitrates: v.optional(oneOrMore(rate(50_000, 100_000_000)), '5 Mbit/s'),
  /** Of a library: each viewer watches one, the n-th in proportion to 1 / n^popularity. */
  titles: v.optional(count(1, SCENARIO_LIMITS.titles), 1),
  popularity: v.optional(factor(0, 3), 1),
});

const wave = section({
  share: v.optional(someShare, '100 %'),
  at: v.optional(anyTime, '0 s'),
  within: v.optional(someTime, '20 s'),
});

const stay = section({
  mean: someTime,
  replaced: v.optional(v.boolean('wants true or false'), true),
});

const departure = section({
  share: someShare,
  at: anyTime,
  within: v.optional(someTime, '2 s'),
  /** After this they come again, as new viewers. */
  back: v.optional(someTime),
  /** How long until neighbours notice; a closed page tells at once, a cut cable does not. */
  notice: v.optional(anyTime, '200 ms'),
});

const group = section({
  as: word(['polluter', 'silent', 'mute', 'slow-drip', 'liar', 'leaver']),
  share: someShare,
  /** All of them sit behind so few address prefixes: a Sybil group. */
  networks: v.optional(count(1, 1_000)),
});

const viewers = section({
  count: count(1, SCENARIO_LIMITS.sampledViewers),
  arrive: v.optional(oneOrMore(wave), {}),
  stay: v.optional(stay),
  consent: v.optional(anyShare, '70 %'),
  leave: v.optional(oneOrMore(departure)),
  misbehave: v.optional(oneOrMore(group)),
});

const access = section({
  /** Of the viewers, when there are several kinds of access. */
  share: v.optional(someShare),
  up: v.optional(lines, { median: '50 Mbit/s', spread: 3 }),
  down: v.optional(lines, { median: '100 Mbit/s', spread: 2 }),
  delay: v.optional(delay, '8 ms'),
  jitter: v.optional(delay, '2 ms'),
  loss: v.optional(share(0, 0.2), '0 %'),
  /** Of those with this access: phones, which upload nothing. */
  'receive-only': v.optional(anyShare, '0 %'),
  'udp-blocked': v.optional(anyShare, '0 %'),
  'symmetric-nat': v.optional(anyShare, '0 %'),
});

const pairs = section({
  /** Pairs that can link, of those whose translators allow it. */
  succeed: v.optional(anyShare, '70 %'),
  /** What a link takes to come up beside round trips; at most three times this. */
  'set-up': v.optional(time(1, 5_000), '100 ms'),
});

const region = section({
  name: v.pipe(v.string('wants a name'), v.minLength(1, 'wants a name')),
  share: someShare,
  /** Operators in it: the n-th has viewers in proportion to 1 / n. */
  networks: v.optional(count(1, 1_000), 10),
  /** One way from its middle towards other regions. */
  out: v.optional(delay, '0 ms'),
});

const outage = { at: anyTime, for: someTime };

const edge = section({
  capacity: v.optional(capacity, '1 Tbit/s'),
  delay: v.optional(delay, '8 ms'),
  faults: v.optional(
    oneOrMore(section({ ...outage, as: word(['hang', 'cut', '404', '500', '503', 'no-records']) })),
  ),
});

const tracker = section({
  delay: v.optional(delay, '8 ms'),
  /** It dies and is started anew, with nothing remembered. */
  faults: v.optional(oneOrMore(section(outage))),
});

/** Of a large event: trackers run for all, pieces for the viewers of a few clusters. */
const sample = section({
  /** Drawn by lot. */
  clusters: v.optional(count(2, SCENARIO_LIMITS.sampledClusters), 8),
  /** From the arrival of the first of its viewers on. */
  for: v.optional(someTime, '2 min'),
  /** Tracker machines, each with its share of the viewers. */
  machines: v.optional(count(1, SCENARIO_LIMITS.machines), 1),
});

export const SCENARIO_FILE = section({
  name: v.optional(v.string('wants a name')),
  about: v.optional(v.string('wants a sentence'), ''),
  seed: v.optional(count(0, 4_294_967_295), 1),
  for: v.optional(time(1_000, SCENARIO_LIMITS.forMs), '2 min'),
  stream: v.optional(stream, {}),
  viewers,
  access: v.optional(oneOrMore(access), {}),
  pairs: v.optional(pairs, {}),
  regions: v.optional(oneOrMore(region)),
  /** One way, beside each viewer's own delay. */
  between: v.optional(
    section({
      regions: v.optional(delay, '40 ms'),
      networks: v.optional(delay, '3 ms'),
    }),
    {},
  ),
  edge: v.optional(edge, {}),
  tracker: v.optional(tracker, {}),
  sample: v.optional(sample),
});

export type ScenarioFile = v.InferOutput<typeof SCENARIO_FILE>;
