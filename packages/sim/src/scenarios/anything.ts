/** Whatever a seed brings: accesses, arrivals, departures, liars and faults at random. */
import { createRandom, type Random } from '@shoal/core/units';
import type { AccessSpec } from '../network/access.js';
import type { Happening, Scenario, VisitSpec } from '../scenario.js';
import type { EdgeMode } from '../world/edge.js';
import type { Behaviour } from '../world/viewer.js';
import { LIVE, shape, TITLE } from './shape.js';

const FAULTS_END = 70_000;
const MODES: readonly EdgeMode[] = [404, 500, 503, 'cut', 'hang'];
const LIARS: readonly Behaviour[] = ['polluter', 'silent', 'mute'];

/** Faults stop at 70 s of 110, so that the end can be held to what must hold in the end. */
export const anything = (seed: number): Scenario => {
  const random = createRandom(seed);
  const kind = random.below(4) === 0 ? TITLE : LIVE;
  const media = random.below(3) === 0 ? { ...kind, bitrates: [300_000, 1_200_000] } : kind;
  const liars = random.next() * 0.3;
  const leavers = random.next() * 0.5;
  const within = [300, 5_000, 30_000][random.below(3)] ?? 300;
  const visits = Array.from({ length: 3 + random.below(18) }, () =>
    visit(random, { within, liars, leavers, renditions: media.bitrates.length }),
  );
  visits.sort((a, b) => a.arriveAt - b.arriveAt);
  return shape({
    name: 'anything',
    about: 'whatever the seed brings',
    seed,
    forMs: 110_000,
    media,
    visits,
    unlinkable: random.below(3) === 0 ? 0.3 * random.next() : 0,
    happenings: faults(random),
  });
};

function visit(
  random: Random,
  odds: {
    readonly within: number;
    readonly liars: number;
    readonly leavers: number;
    readonly renditions: number;
  },
): VisitSpec {
  const isLiar = random.next() < odds.liars;
  const arriveAt = 200 + Math.round(random.next() * odds.within);
  const leaves = random.next() < odds.leavers;
  const to = random.below(odds.renditions);
  return {
    ...access(random),
    arriveAt,
    ...(leaves ? { leaveAt: arriveAt + 3_000 + random.below(60_000) } : {}),
    noticeMs: random.below(3) === 0 ? 12_000 : 150,
    behaviour: isLiar ? (LIARS[random.below(LIARS.length)] ?? 'good') : 'good',
    uploads: random.below(6) > 0,
    consent: random.below(8) > 0,
    network: `net-${random.below(12)}`,
    ladder: { first: 0, switches: [{ at: random.below(50_000), to }] },
  };
}

function access(random: Random): AccessSpec {
  const up = [1_000_000, 4_000_000, 20_000_000, 100_000_000][random.below(4)] ?? 1_000_000;
  return { up, down: Math.max(8_000_000, 2 * up), delayMs: 2 + random.below(40) };
}

function faults(random: Random): Happening[] {
  const happenings: Happening[] = [];
  for (let i = random.below(4); i > 0; i--) {
    const at = 10_000 + random.below(FAULTS_END - 25_000);
    const until = Math.min(FAULTS_END, at + 500 + random.below(12_000));
    if (random.below(2) === 0) {
      happenings.push(
        { at, what: 'the tracker dies', run: ({ tracker }) => tracker.kill() },
        { at: until, what: 'the tracker is back', run: ({ tracker }) => tracker.start() },
      );
    } else {
      const mode = MODES[random.below(MODES.length)] ?? 500;
      happenings.push(setEdge(at, mode), setEdge(until, 'ok'));
    }
  }
  if (random.below(5) === 0) {
    happenings.push(setRecords(20_000, false), setRecords(40_000, true));
  }
  return happenings;
}

function setEdge(at: number, mode: EdgeMode): Happening {
  return {
    at,
    what: `the edge: ${mode}`,
    run: ({ edge }) => {
      edge.mode = mode;
    },
  };
}

function setRecords(at: number, has: boolean): Happening {
  return {
    at,
    what: has ? 'records are back' : 'no records over HTTP',
    run: ({ edge }) => {
      edge.hasRecords = has;
    },
  };
}
