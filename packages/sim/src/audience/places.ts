/** Places in an audience: who a viewer in it is, however often another comes after the first. */
import type { Ms, Random } from '@shoal/core/units';
import type { ScenarioFile } from '../file/schema.js';
import type { AccessSpec } from '../network/access.js';
import type { Nat } from '../network/nat.js';
import type { Ladder } from '../world/player.js';
import type { Behaviour } from '../world/viewer.js';
import { chosen, dealt, lognormal, medianOf, pick, zipf } from './draws.js';

export interface Place {
  readonly access: AccessSpec;
  readonly consent: boolean;
  readonly uploads: boolean;
  readonly behaviour: Behaviour;
  /** The address prefix that the tracker sees. */
  readonly network: string;
  readonly ladder: Ladder;
}

type AccessKind = ScenarioFile['access'][number];
type Lines = AccessKind['up'];

/** One for each viewer at once; shares are met exactly. */
export function placesOf(file: ScenarioFile, random: Random): readonly Place[] {
  const { count, consent, misbehave = [] } = file.viewers;
  const consents = chosen(random, count, consent);
  const groups = dealt(random, count, withRest(misbehave.map(({ share }) => share)));
  const accesses = accessesOf(file, random);
  const titles = zipf(file.stream.titles, file.stream.popularity);
  return accesses.map(({ access, uploads }, i) => {
    const group = misbehave[groups[i] ?? misbehave.length];
    const prefixes = group?.networks;
    return {
      access,
      uploads,
      // Whoever means harm takes part.
      consent: group !== undefined || (consents[i] ?? true),
      behaviour: group?.as ?? 'good',
      network: prefixes === undefined ? `prefix-${i}` : `sybil-${groups[i]}-${i % prefixes}`,
      ladder: ladderOf(file, random, access, pick(random, titles)),
    };
  });
}

/** Starts with the lowest rendition, and soon goes up to the highest that its downlink carries. */
function ladderOf(file: ScenarioFile, random: Random, { down }: AccessSpec, title: number): Ladder {
  const { bitrates, segment } = file.stream;
  const fitting = bitrates.filter((bitrate) => bitrate <= down * CARRIED).length;
  const best = Math.max(1, fitting) - 1;
  const first = title * bitrates.length;
  if (best === 0) return { first, switches: [] };
  const at: Ms = 2 * segment + random.below(segment);
  return { first, switches: [{ at, to: first + best }] };
}

interface Line {
  readonly access: AccessSpec;
  readonly uploads: boolean;
}

function accessesOf(file: ScenarioFile, random: Random): readonly Line[] {
  const { access: kinds, viewers } = file;
  const { count } = viewers;
  const dealtKinds = dealt(
    random,
    count,
    kinds.map(({ share }) => share ?? 1),
  );
  const standings = standingsOf(file, random);
  const lines: Line[] = Array.from({ length: count });
  for (const [k, kind] of kinds.entries()) {
    const mine = [...dealtKinds.keys()].filter((i) => dealtKinds[i] === k);
    const phones = chosen(random, mine.length, kind['receive-only']);
    const nats = natsOf(random, mine.length, kind);
    for (const [at, i] of mine.entries()) {
      const access = { ...lineOf(random, kind), nat: nats[at] ?? 'open', ...standings[i] };
      lines[i] = { access, uploads: phones[at] !== true };
    }
  }
  return lines;
}

function lineOf(random: Random, kind: AccessKind): AccessSpec {
  const { delay, jitter, loss } = kind;
  return {
    up: rateOf(random, kind.up),
    down: rateOf(random, kind.down),
    delayMs: delay * (0.5 + random.next()),
    jitterMs: jitter,
    loss,
  };
}

function rateOf(random: Random, lines: Lines): number {
  if (typeof lines === 'number') return lines;
  const { median, mean, spread } = lines;
  const middle = median ?? medianOf(mean ?? 0, spread);
  return Math.max(LEAST_RATE, lognormal(random, middle, spread));
}

function natsOf(random: Random, n: number, kind: AccessKind): readonly Nat[] {
  const { 'udp-blocked': blocked, 'symmetric-nat': symmetric } = kind;
  const names: readonly Nat[] = ['blocked', 'symmetric', 'restricted'];
  const shares = [blocked, symmetric, 1 - blocked - symmetric];
  return dealt(random, n, shares).map((card) => names[card] ?? 'restricted');
}

function standingsOf(file: ScenarioFile, random: Random): readonly Partial<AccessSpec>[] {
  const { regions, viewers } = file;
  if (regions === undefined) return [];
  const shares = regions.map(({ share }) => share);
  const operators = regions.map(({ networks }) => zipf(networks, 1));
  return dealt(random, viewers.count, shares).map((r) => {
    const { name: region = '', out: outMs = 0 } = regions[r] ?? {};
    return { region, outMs, asn: `${region}-${pick(random, operators[r] ?? [1])}` };
  });
}

function withRest(shares: readonly number[]): readonly number[] {
  return [...shares, 1 - shares.reduce((total, share) => total + share, 0)];
}

/** Of a downlink, what a player dares to fill. */
const CARRIED = 0.7;
const LEAST_RATE = 64_000;
