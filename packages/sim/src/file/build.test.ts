/** A file becomes the audience and the world that it describes. */
import { describe, expect, it } from 'vitest';
import type { VisitSpec } from '../scenario.js';
import { buildScenario } from './build.js';
import { loadScenario, scenarioNames } from './catalog.js';
import { readScenario } from './read.js';

const built = (text: string, seed?: number) =>
  buildScenario(readScenario(text, 'f'), 'f', { seed });
const share = (visits: readonly VisitSpec[], is: (visit: VisitSpec) => boolean): number =>
  visits.filter(is).length / visits.length;
const present = (visits: readonly VisitSpec[], at: number): number =>
  visits.filter((visit) => visit.arriveAt <= at && (visit.leaveAt ?? Infinity) > at).length;

describe('packaged scenarios', () => {
  it.each(scenarioNames())('%s can be built, and says what it is about', (name) => {
    const scenario = loadScenario(name);
    expect(scenario.name).toBe(name);
    expect(scenario.about).not.toBe('');
    expect(scenario.visits.length).toBeGreaterThan(0);
  });

  it('are not found under names that nobody gave them', () => {
    expect(() => loadScenario('no-such')).toThrow('there is no file and no scenario no-such');
  });
});

it('builds the same from the same seed, and another audience from another', () => {
  const text = 'viewers: { count: 50, stay: { mean: 30 s } }';
  expect(built(text, 3).visits).toEqual(built(text, 3).visits);
  expect(built(text, 3).visits).not.toEqual(built(text, 4).visits);
});

it('meets shares exactly', () => {
  const { visits } = built(`viewers:
  count: 200
  consent: 30 %
access:
  - { share: 40 %, up: 50 Mbit/s }
  - { share: 60 %, up: 5 Mbit/s, receive-only: 50 %, udp-blocked: 10 % }`);
  expect(share(visits, ({ consent }) => consent === true)).toBe(0.3);
  expect(share(visits, ({ up }) => up === 5e6)).toBe(0.6);
  expect(share(visits, ({ uploads }) => uploads === false)).toBe(0.3);
  expect(share(visits, ({ nat }) => nat === 'blocked')).toBe(0.06);
});

describe('arrivals and departures', () => {
  it('come in waves', () => {
    const { visits } = built(`viewers:
  count: 100
  arrive:
    - { share: 5 %, within: 10 s }
    - { share: 95 %, at: 30 s, within: 60 s }`);
    expect([10_000, 29_999, 60_000, 90_000].map((at) => present(visits, at))).toEqual([
      5,
      5,
      expect.closeTo(52, -1.5),
      100,
    ]);
  });

  it('keep an audience as large as it is when people who leave are replaced', () => {
    const text = 'viewers: { count: 100, arrive: { within: 1 s }, stay: { mean: 30 s } }';
    const { visits } = built(text);
    expect(visits.length).toBeGreaterThan(250);
    expect(present(visits, 100_000)).toBeGreaterThan(90);
  });

  it('let it shrink when they are not', () => {
    const { visits } = built(
      'viewers: { count: 100, arrive: { within: 1 s }, stay: { mean: 30 s, replaced: false } }',
    );
    expect(visits).toHaveLength(100);
    expect(present(visits, 60_000)).toBeLessThan(25);
  });

  it('happen in a half-time and at the end', () => {
    const { visits } = built(`viewers:
  count: 100
  arrive: { within: 1 s }
  leave:
    - { share: 33 %, at: 40 s, within: 2 s, back: 20 s }
    - { share: 100 %, at: 100 s, within: 10 s }`);
    expect([39_000, 45_000, 70_000, 111_000].map((at) => present(visits, at))).toEqual([
      100, 67, 100, 0,
    ]);
  });
});

it('puts a Sybil group behind few networks, and lets it consent', () => {
  const { visits } = built(`viewers:
  count: 100
  consent: 10 %
  misbehave: { as: polluter, share: 30 %, networks: 3 }`);
  const sybils = visits.filter(({ behaviour }) => behaviour === 'polluter');
  expect(sybils).toHaveLength(30);
  expect(new Set(sybils.map(({ network }) => network)).size).toBe(3);
  expect(sybils.every(({ consent }) => consent)).toBe(true);
  expect(new Set(visits.map(({ network }) => network)).size).toBe(73);
});

it('cuts leavers off and brings them back, every few seconds', () => {
  const { visits } = built(
    'viewers: { count: 10, misbehave: { as: leaver, share: 10 % }, arrive: { within: 1 s } }',
  );
  const leavers = visits.filter(({ behaviour }) => behaviour === 'leaver');
  expect(leavers.length).toBeGreaterThan(12);
  expect(leavers.every(({ noticeMs }) => noticeMs === 12_000)).toBe(true);
});

it('places viewers in regions and networks', () => {
  const { visits, distances } = built(`viewers: { count: 100 }
between: { regions: 70 ms }
regions:
  - { name: eu, share: 60 %, networks: 5 }
  - { name: us, share: 40 %, networks: 1, out: 20 ms }`);
  expect(distances).toEqual({ regionsMs: 70, networksMs: 3 });
  expect(share(visits, ({ outMs }) => outMs === 20)).toBe(0.4);
  expect(share(visits, ({ region }) => region === 'eu')).toBe(0.6);
  expect(new Set(visits.map(({ asn }) => asn)).size).toBe(6);
});

it('gives each title of a library its ladder, and the first the most viewers', () => {
  const { media, visits } = built(`viewers: { count: 200 }
access: { down: 100 Mbit/s }
stream:
  { kind: vod, duration: 1 min, segment: 4 s, titles: 5, bitrates: [1 Mbit/s, 3 Mbit/s] }`);
  expect(media.bitrates).toHaveLength(10);
  expect(media.segments).toBe(15);
  const views = [0, 2, 4, 6, 8].map((t) => visits.filter((v) => v.ladder!.first === t).length);
  expect(views.reduce((a, b) => a + b)).toBe(200);
  expect(views[0]).toBeGreaterThan(views[4]! * 2);
  expect(visits.every(({ ladder }) => ladder!.switches[0]!.to === ladder!.first + 1)).toBe(true);
});

it('lets an edge send so many copies, and fail when it should', () => {
  const { edge, happenings } = built(`viewers: { count: 1 }
stream: { bitrates: [1 Mbit/s, 4 Mbit/s] }
edge: { capacity: 3 copies, faults: { at: 9 s, for: 2 s, as: 500 } }
tracker: { faults: { at: 5 s, for: 1 s } }`);
  expect(edge.rate).toBe(12e6);
  expect(happenings.map(({ at, what }) => `${at} ${what}`)).toEqual([
    '9000 the edge: 500',
    '11000 the edge is well',
    '5000 the tracker dies',
    '6000 the tracker is back',
  ]);
});
