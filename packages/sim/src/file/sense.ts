/** What no single value can be blamed for: keys that contradict each other. */
import { SCENARIO_LIMITS, type ScenarioFile } from './schema.js';

export interface Nonsense {
  readonly path: readonly (string | number)[];
  readonly words: string;
}

/** The first contradiction, if there is one. */
export function nonsenseOf(file: ScenarioFile): Nonsense | undefined {
  return RULES.map((rule) => rule(file)).find((found) => found !== undefined);
}

type Rule = (file: ScenarioFile) => Nonsense | undefined;

const streamKind: Rule = ({ stream }) => {
  if (stream.kind === 'vod' && stream.duration === undefined) {
    return { path: ['stream', 'kind'], words: 'vod wants a duration beside it, such as 10 min' };
  }
  if (stream.kind === 'live' && stream.duration !== undefined) {
    return { path: ['stream', 'duration'], words: 'belongs to kind: vod only' };
  }
  if (stream.kind === 'live' && stream.titles > 1) {
    return { path: ['stream', 'titles'], words: 'belongs to kind: vod only' };
  }
  if (stream.duration !== undefined && stream.duration < stream.segment) {
    return { path: ['stream', 'duration'], words: 'must be a segment at least' };
  }
  return undefined;
};

/** What a part of the audience cannot show, or only that. */
const sampling: Rule = ({ sample, viewers, stream, edge, tracker }) => {
  if (sample === undefined) {
    return viewers.count <= SCENARIO_LIMITS.viewers
      ? undefined
      : {
          path: ['viewers', 'count'],
          words: 'over 100,000 wants a sample beside it, such as sample: { clusters: 8 }',
        };
  }
  if (stream.kind === 'vod') return { path: ['sample'], words: 'belongs to kind: live only' };
  if (edge.faults !== undefined) return { path: ['edge', 'faults'], words: BESIDE_SAMPLE };
  if (tracker.faults !== undefined) return { path: ['tracker', 'faults'], words: BESIDE_SAMPLE };
  if (typeof edge.capacity !== 'number' || edge.capacity < 1e12) {
    return { path: ['edge', 'capacity'], words: BESIDE_SAMPLE };
  }
  return undefined;
};
const BESIDE_SAMPLE = 'cannot be simulated on a sample; leave it out, or leave out sample';

const ladder: Rule = ({ stream: { bitrates } }) => {
  const at = bitrates.findIndex((bitrate, i) => i > 0 && bitrate <= (bitrates[i - 1] ?? 0));
  return at < 0
    ? undefined
    : { path: ['stream', 'bitrates', at], words: 'must be higher than the bitrate before it' };
};

const waves: Rule = ({ viewers: { arrive } }) =>
  isWhole(arrive.map(({ share }) => share))
    ? undefined
    : { path: ['viewers', 'arrive'], words: 'has shares that do not add up to 100 %' };

const kinds: Rule = ({ access }) => {
  const at = access.length < 2 ? -1 : access.findIndex(({ share }) => share === undefined);
  if (at >= 0) {
    return { path: ['access', at], words: 'wants a share, as there are several kinds of access' };
  }
  return isWhole(access.map(({ share }) => share ?? 1))
    ? undefined
    : { path: ['access'], words: 'has shares that do not add up to 100 %' };
};

const translators: Rule = ({ access }) => {
  const at = access.findIndex((one) => one['udp-blocked'] + one['symmetric-nat'] > 1);
  return at < 0
    ? undefined
    : { path: ['access', at], words: 'has udp-blocked and symmetric-nat over 100 % together' };
};

const places: Rule = ({ regions }) =>
  regions === undefined || isWhole(regions.map(({ share }) => share))
    ? undefined
    : { path: ['regions'], words: 'has shares that do not add up to 100 %' };

const mischief: Rule = ({ viewers: { misbehave = [] } }) =>
  misbehave.reduce((total, { share }) => total + share, 0) <= 1
    ? undefined
    : { path: ['viewers', 'misbehave'], words: 'has shares over 100 % together' };

const linesOf: Rule = ({ access }) => {
  for (const [at, one] of access.entries()) {
    for (const key of ['up', 'down'] as const) {
      const rate = one[key];
      if (typeof rate === 'number') continue;
      if ((rate.median === undefined) === (rate.mean === undefined)) {
        return { path: ['access', at, key], words: 'wants either a median or a mean' };
      }
    }
  }
  return undefined;
};

/** Times that the run never reaches. */
const inTime: Rule = (file) => {
  const late = [
    ...timed(['viewers', 'arrive'], file.viewers.arrive),
    ...timed(['viewers', 'leave'], file.viewers.leave),
    ...timed(['edge', 'faults'], file.edge.faults),
    ...timed(['tracker', 'faults'], file.tracker.faults),
  ].find(({ at }) => at >= file.for);
  return late && { path: late.path, words: `comes after the end of the run (for: is shorter)` };
};

function timed(
  path: readonly string[],
  list: readonly { readonly at: number }[] = [],
): readonly { readonly path: readonly (string | number)[]; readonly at: number }[] {
  return list.map(({ at }, i) => ({ path: [...path, i, 'at'], at }));
}

function isWhole(shares: readonly number[]): boolean {
  return Math.abs(shares.reduce((total, one) => total + one, 0) - 1) < 1e-6;
}

const RULES: readonly Rule[] = [
  streamKind,
  sampling,
  ladder,
  waves,
  kinds,
  translators,
  places,
  mischief,
  linesOf,
  inTime,
];
