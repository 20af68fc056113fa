/** Clusters by place, and how fast they let newcomers in. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_TRACKER } from './config.js';
import { type Crowd, createCrowd, gotOf, record } from './crowd.fixture.js';

const { admission, planning } = DEFAULT_TRACKER;
const OPEN = { ...admission, joins: { perSec: 1_000, burst: 1_000 }, peersPerNetwork: 1_000 };
const config = {
  ...DEFAULT_TRACKER,
  admission: { ...OPEN, joinsPerNetwork: OPEN.joins },
  planning: { ...planning, clusterMax: 40, mergeMax: 30, mergeUnder: 6, partMin: 10 },
};
const SLOW = {
  ...config,
  planning: { ...planning, entries: { perSec: 10, burst: 5 }, entriesPerMember: 0 },
};

const clustersOf = (crowd: Crowd) =>
  (crowd.tracker.snapshot().streams[0]?.renditions[0]?.clusters ?? []).map(
    ({ region, asn, members, waiting }) => ({ region, asn, size: members.length, waiting }),
  );

const come = (crowd: Crowd, n: number, standing: { region?: string; asn?: string }): void => {
  for (let i = 0; i < n; i++) crowd.join({ standing, network: `${standing.asn}-${i}` });
};
const [WEST, EAST_1, EAST_2] = [
  { region: 'west', asn: 'w' },
  { region: 'east', asn: 'e1' },
  { region: 'east', asn: 'e2' },
];

describe('clusters by place', () => {
  it('TRK13 part by region when full, and again by operator', () => {
    const crowd = createCrowd({ config });
    come(crowd, 25, EAST_1);
    come(crowd, 15, WEST);
    expect(clustersOf(crowd)).toMatchObject([{ region: undefined, size: 40 }]);
    come(crowd, 15, EAST_2);
    expect(clustersOf(crowd)).toMatchObject([
      { region: undefined, size: 15 },
      { region: 'east', asn: undefined, size: 40 },
    ]);
    come(crowd, 26, EAST_2);
    expect(clustersOf(crowd)).toMatchObject([
      { region: undefined, size: 15 },
      { region: 'east', asn: undefined, size: 16 },
      { region: 'east', asn: undefined, size: 25 },
      { region: 'east', asn: 'e1', size: 25 },
    ]);
  });

  it('TRK13 another begins where a full one is all of one place', () => {
    const crowd = createCrowd({ config });
    come(crowd, 43, EAST_1);
    const [, other] = clustersOf(crowd);
    expect(other).toMatchObject({ region: 'east', asn: 'e1', size: 3 });
  });

  it('TRK11 a newcomer goes to its own place first', () => {
    const crowd = createCrowd({ config });
    come(crowd, 25, EAST_1);
    come(crowd, 16, WEST);
    come(crowd, 3, EAST_1);
    come(crowd, 2, WEST);
    expect(clustersOf(crowd).map(({ size }) => size)).toEqual([18, 28]);
  });

  it('TRK12 grow together again, with what both have in common', () => {
    const crowd = createCrowd({ config });
    come(crowd, 25, EAST_1);
    come(crowd, 16, EAST_2);
    expect(clustersOf(crowd)).toHaveLength(2);
    for (const peer of crowd.present().slice(0, 11)) crowd.cut(peer);
    expect(clustersOf(crowd)).toMatchObject([{ region: 'east', asn: undefined, size: 30 }]);
  });

  it('TRK13 a member that moved is planned anew, and told when it is not', () => {
    const crowd = createCrowd({ config });
    come(crowd, 25, EAST_1);
    come(crowd, 15, WEST);
    crowd.pass(20_000);
    come(crowd, 1, WEST);
    const [moved] = crowd.present();
    const told = gotOf(moved!, 'plan').length;
    crowd.pass(10_000);
    expect(gotOf(moved!, 'plan').length).toBeGreaterThan(told);
    const last = gotOf(moved!, 'plan').at(-1);
    const east = new Set(
      crowd
        .present()
        .slice(0, 25)
        .map(({ peer }) => peer),
    );
    for (const { parent } of last?.trees ?? []) {
      expect(parent === undefined || east.has(parent)).toBe(true);
    }
  });
});

describe('entries', () => {
  it('TRK49 let a few in at once, the others in order as time passes', () => {
    const crowd = createCrowd({ config: SLOW });
    for (let i = 0; i < 12; i++) crowd.join({ network: `${i}` });
    expect(clustersOf(crowd)).toMatchObject([{ size: 5, waiting: 7 }]);
    const last = crowd.present().at(-1);
    expect(gotOf(last!, 'introduce')).toEqual([]);
    crowd.pass(250);
    expect(clustersOf(crowd)).toMatchObject([{ size: 7, waiting: 5 }]);
    crowd.pass(600);
    expect(clustersOf(crowd)).toMatchObject([{ size: 12, waiting: 0 }]);
    crowd.pass(5_000);
    expect(last?.links.size).toBeGreaterThanOrEqual(4);
  });

  it('TRK49 begin another cluster rather than keep anybody waiting for long', () => {
    const crowd = createCrowd({ config: SLOW });
    for (let i = 0; i < 40; i++) crowd.join({ network: `${i}` });
    expect(clustersOf(crowd).length).toBeGreaterThan(1);
    expect(Math.max(...clustersOf(crowd).map(({ waiting }) => waiting))).toBeLessThanOrEqual(20);
    crowd.pass(5_000);
    expect(clustersOf(crowd).reduce((sum, { size }) => sum + size, 0)).toBe(40);
  });

  it('TRK49 tell records to who waits, and forget who leaves meanwhile', () => {
    const crowd = createCrowd({ config: SLOW });
    for (let i = 0; i < 8; i++) crowd.join({ network: `${i}` });
    const [waits, leaves] = crowd.present().slice(-2);
    crowd.feed({ type: 'record', sealed: record(100) });
    expect(gotOf(waits!, 'announce')).toHaveLength(1);
    crowd.cut(leaves!);
    crowd.pass(5_000);
    expect(clustersOf(crowd)).toMatchObject([{ size: 7, waiting: 0 }]);
  });
});

it('TRK50 asks for fewer reports of each where there are many', () => {
  const few = { ...config, admission: { ...config.admission, statsPerSec: 2 } };
  const crowd = createCrowd({ config: few });
  come(crowd, 21, EAST_1);
  const told = crowd.present().map((peer) => gotOf(peer, 'welcome')[0]?.statsMs);
  expect([told[0], told[10], told[20]]).toEqual([5_000, 5_500, 10_500]);
});

it('TRK14 announces to a few in a step, and wakes for the rest', () => {
  const records = { ...config.records, announcedAtOnce: 10 };
  const crowd = createCrowd({ config: { ...config, records } });
  come(crowd, 25, EAST_1);
  crowd.feed({ type: 'record', sealed: record(100) });
  const told = (): number => crowd.present().filter((peer) => gotOf(peer, 'announce')[0]).length;
  expect([told(), crowd.tracker.wake()]).toEqual([10, { at: 0, why: 'news' }]);
  crowd.pass(0);
  expect(told()).toBe(25);
});
