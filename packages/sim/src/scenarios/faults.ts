/** What goes wrong: the tracker, the edge, peers that lie, sleep or leave. */
import type { Ms } from '@shoal/core/units';
import type { Happening, Scenario, VisitSpec } from '../scenario.js';
import type { Behaviour } from '../world/viewer.js';
import { arrivals, shape } from './shape.js';

export const trackerGone = (seed: number): Scenario =>
  shape({
    name: 'tracker-gone',
    about: 'the tracker dies after 40 s and is back after 70 s',
    seed,
    visits: arrivals(seed, 12, 15_000),
    happenings: [
      { at: 40_000, what: 'the tracker dies', run: ({ tracker }) => tracker.kill() },
      { at: 70_000, what: 'the tracker is back', run: ({ tracker }) => tracker.start() },
    ],
  });

export const polluter = (seed: number): Scenario =>
  shape({
    name: 'polluter',
    about: 'two of 12 viewers send garbage',
    seed,
    visits: misbehave(arrivals(seed, 12, 15_000), 'polluter', [2, 7]),
  });

export const silent = (seed: number): Scenario =>
  shape({
    name: 'silent',
    about: 'three of 12 viewers send no piece, yet take part in all else',
    seed,
    visits: misbehave(arrivals(seed, 12, 15_000), 'silent', [1, 5, 9]),
  });

export const mute = (seed: number): Scenario =>
  shape({
    name: 'mute',
    about: 'two of 12 viewers greet their neighbours and then say nothing more',
    seed,
    visits: misbehave(arrivals(seed, 12, 15_000), 'mute', [3, 8]),
  });

export const allSilent = (seed: number): Scenario =>
  shape({
    name: 'all-silent',
    about: 'seven of 8 viewers send no piece',
    seed,
    visits: misbehave(arrivals(seed, 8, 10_000), 'silent', [1, 2, 3, 4, 5, 6, 7]),
  });

export const thirdLeave = (seed: number): Scenario =>
  shape({
    name: 'third-leave',
    about: 'a third of 15 viewers close the page at 60 s, all at once',
    seed,
    visits: arrivals(seed, 15, 15_000).map((visit, i) =>
      i % 3 === 1 ? { ...visit, leaveAt: 60_000, noticeMs: 200 } : visit,
    ),
  });

export const cables = (seed: number): Scenario =>
  shape({
    name: 'cables',
    about: 'every 5 s a viewer of 15 is cut off without a word',
    seed,
    visits: arrivals(seed, 15, 10_000).map((visit, i) =>
      i % 2 === 1 ? { ...visit, leaveAt: 30_000 + 5_000 * i, noticeMs: 12_000 } : visit,
    ),
  });

export const edgeOut = (seed: number): Scenario =>
  shape({
    name: 'edge-out',
    about: 'the edge answers 500, hangs, cuts bodies, 4 s each',
    seed,
    visits: arrivals(seed, 12, 15_000),
    happenings: [
      ...edgeMode(40_000, 500),
      ...edgeMode(60_000, 'hang'),
      ...edgeMode(80_000, 'cut'),
      ...edgeMode(95_000, 404),
    ],
  });

export const noRecords = (seed: number): Scenario =>
  shape({
    name: 'no-records',
    about: 'no tracker and no records over HTTP: plain playback',
    seed,
    forMs: 60_000,
    visits: arrivals(seed, 6, 8_000),
    happenings: [
      {
        at: 0,
        what: 'no tracker, no records',
        run({ tracker, edge }) {
          tracker.kill();
          edge.hasRecords = false;
        },
      },
    ],
  });

export const leechers = (seed: number): Scenario =>
  shape({
    name: 'leechers',
    about: 'half of 16 viewers may not upload',
    seed,
    visits: arrivals(seed, 16, 20_000).map((visit, i) => ({ ...visit, uploads: i % 2 === 0 })),
  });

export const wary = (seed: number): Scenario =>
  shape({
    name: 'wary',
    about: 'six of 16 viewers do not consent',
    seed,
    visits: arrivals(seed, 16, 20_000).map((visit, i) => ({ ...visit, consent: i % 5 < 3 })),
  });

export const walled = (seed: number): Scenario =>
  shape({
    name: 'walled',
    about: 'three in ten pairs cannot link',
    seed,
    unlinkable: 0.3,
    visits: arrivals(seed, 16, 20_000),
  });

function misbehave(
  visits: readonly VisitSpec[],
  behaviour: Behaviour,
  who: readonly number[],
): readonly VisitSpec[] {
  return visits.map((visit, i) => (who.includes(i) ? { ...visit, behaviour } : visit));
}

function edgeMode(at: Ms, mode: 'hang' | 'cut' | number): Happening[] {
  return [
    {
      at,
      what: `the edge: ${mode}`,
      run: ({ edge }) => {
        edge.mode = mode;
      },
    },
    {
      at: at + 4_000,
      what: 'the edge is well',
      run: ({ edge }) => {
        edge.mode = 'ok';
      },
    },
  ];
}
