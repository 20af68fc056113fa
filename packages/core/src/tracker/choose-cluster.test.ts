/** Places and sizes decide who is planned with whom. */
import { describe, expect, it } from 'vitest';
import {
  type ClusterView,
  chooseCluster,
  chooseMerger,
  commonOf,
  type Place,
  partCluster,
} from './choose-cluster.js';

const CONFIG = { clusterMax: 300, mergeMax: 240, mergeUnder: 16, partMin: 60, waitMsMax: 2_000 };
const view = (size: number, home: Place = {}, waitMs = 0): ClusterView => ({ home, size, waitMs });
const EAST = { region: 'east' };
const EAST_1 = { region: 'east', asn: '1' };
const of = (n: number, standing: Place): Place[] => Array.from({ length: n }, () => standing);

describe('a newcomer', () => {
  it('goes to the emptiest cluster with room when places are unknown', () => {
    expect(chooseCluster([view(300), view(40), view(20)], {}, CONFIG)).toBe(2);
  });

  it('goes to the nearest place that has room', () => {
    const views = [view(10), view(200, EAST), view(299, EAST_1), view(5, { region: 'west' })];
    expect(chooseCluster(views, EAST_1, CONFIG)).toBe(2);
    expect(chooseCluster(views, { region: 'east', asn: '2' }, CONFIG)).toBe(1);
    expect(chooseCluster(views, { region: 'north' }, CONFIG)).toBe(0);
  });

  it('goes one level up when its place is full', () => {
    expect(chooseCluster([view(10), view(300, EAST_1)], EAST_1, CONFIG)).toBe(0);
  });

  it('finds nothing where all are full, or let nobody in for long', () => {
    expect(chooseCluster([view(300), view(10, {}, 2_001)], {}, CONFIG)).toBeUndefined();
    expect(chooseCluster([view(10, {}, 900), view(200, {}, 100)], {}, CONFIG)).toBe(1);
  });
});

describe('a full cluster', () => {
  it('parts by region first; the largest leaves', () => {
    const members = [...of(180, EAST_1), ...of(120, { region: 'west', asn: '7' })];
    expect(partCluster({}, members, CONFIG)).toEqual({ home: {}, leaving: EAST });
  });

  it('parts by operator where all are of one region', () => {
    const members = [...of(100, EAST_1), ...of(200, { region: 'east', asn: '2' })];
    const leaving = { region: 'east', asn: '2' };
    expect(partCluster({}, members, CONFIG)).toEqual({ home: EAST, leaving });
    expect(partCluster(EAST, members, CONFIG)).toEqual({ home: EAST, leaving });
  });

  it('stays whole where all are of one place, or of none, or a half would be small', () => {
    expect(partCluster({}, of(300, EAST_1), CONFIG)).toEqual({ home: EAST_1, leaving: undefined });
    expect(partCluster({}, of(300, {}), CONFIG)).toEqual({ home: {}, leaving: undefined });
    const members = [...of(290, EAST_1), ...of(10, { region: 'west', asn: '7' })];
    expect(partCluster({}, members, CONFIG)).toEqual({ home: {}, leaving: undefined });
  });

  it('does not depend on the order of its members', () => {
    const members = [...of(100, EAST_1), ...of(100, { region: 'east', asn: '2' }), ...of(100, {})];
    expect(partCluster(EAST, members, CONFIG)).toEqual(
      partCluster(EAST, members.slice().reverse(), CONFIG),
    );
  });
});

describe('a cluster that shrank', () => {
  it('goes together with one of its place before a smaller one elsewhere', () => {
    const views = [view(100, EAST_1), view(20, { region: 'west' }), view(120, EAST)];
    expect(chooseMerger(views, 0, CONFIG)).toBe(2);
    expect(chooseMerger([view(100), view(90), view(80)], 0, CONFIG)).toBe(2);
  });

  it('stays where together they are many, unless it is small', () => {
    expect(chooseMerger([view(100), view(141)], 0, CONFIG)).toBeUndefined();
    expect(chooseMerger([view(15), view(270)], 0, CONFIG)).toBe(1);
    expect(chooseMerger([view(15), view(290)], 0, CONFIG)).toBeUndefined();
  });

  it('has then what both have in common', () => {
    expect(commonOf(EAST_1, EAST_1)).toEqual(EAST_1);
    expect(commonOf(EAST_1, { region: 'east', asn: '2' })).toEqual(EAST);
    expect(commonOf(EAST_1, { region: 'west', asn: '1' })).toEqual({});
    expect(commonOf(EAST, {})).toEqual({});
  });
});
