/** Sweeps: settings by path, rows of figures, and one sentence for what is wrong. */
import { DEFAULT_PEER } from '@shoal/core/peer';
import { describe, expect, it } from 'vitest';
import { arrivals, shape } from '../scenarios/shape.js';
import { readSweep } from './command.js';
import { DEFAULT_POLICY, defaultOf, withSetting } from './setting.js';
import { sweep } from './sweep.js';
import { barsOf, sweepTable } from './table.js';

const three = (seed: number) =>
  shape({ name: 'three', about: '', seed, forMs: 30_000, visits: arrivals(seed, 3, 1_000) });

describe('a setting', () => {
  it('is one number, all others stay', () => {
    const { peer, tracker } = withSetting('peer.connect.first', 1);
    expect(peer).toEqual({ ...DEFAULT_PEER, connect: { ...DEFAULT_PEER.connect, first: 1 } });
    expect(tracker).toBe(DEFAULT_POLICY.tracker);
    const { cluster } = DEFAULT_POLICY.tracker.planning;
    expect(withSetting('tracker.planning.cluster.provenMs', 2).tracker).toMatchObject({
      planning: { cluster: { ...cluster, provenMs: 2 } },
    });
    expect(defaultOf('peer.connect.first')).toBe(DEFAULT_PEER.connect.first);
  });

  it.each([
    ['', /begins with peer, tracker/],
    ['peer.connekt.first', /In peer there are connect, first/],
    ['peer.connect', /In peer.connect there are afterMs/],
    ['peer.connect.first.more', /no further names/],
    ['peer.__proto__.x', /No number is called/],
  ])('called %j is unknown', (path, words) => {
    expect(() => defaultOf(path)).toThrow(words);
  });
});

describe('a sweep', () => {
  const seen: number[] = [];
  const rows = sweep(
    { path: 'peer.edge.fetchesMax', values: [1, 3], scenarios: [three], seeds: [1, 2] },
    (runs) => seen.push(runs),
  );

  it('has a row for each value, from every seed', () => {
    expect(rows.map(({ value }) => value)).toEqual([1, 3]);
    expect(seen).toEqual([1, 2, 3, 4]);
    for (const row of rows) {
      expect(row.reached).toBeGreaterThan(0.5);
      expect(row.spread).toBeLessThan(0.2);
      expect(row.startMedianMs).toBeGreaterThan(0);
    }
  });

  it('gives another run for another value, and the same for the same', () => {
    const slow = { path: 'peer.connect.afterMs', scenarios: [three], seeds: [1] };
    const [early, late, again] = sweep({ ...slow, values: [0, 20_000, 0] }, () => {});
    expect(late).not.toEqual({ ...early, value: 20_000 });
    expect(again).toEqual(early);
  });

  it('is a table in which the default is marked', () => {
    const lines = sweepTable('peer.edge.fetchesMax', rows, 3).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toMatch(/^3 \* .*%/);
    expect(barsOf([1, 2, 3]).map((bar) => bar.length)).toEqual([1, 7, 12]);
    expect(barsOf([5])[0]).toHaveLength(12);
  });
});

describe('a command', () => {
  const options = { scenarios: 'three', seeds: '2' };
  const known = { three };

  it('becomes a sweep', () => {
    const words = ['peer.edge.fetchesMax', '1', '3'];
    const { spec, usual } = readSweep(words, { ...options, for: '20' }, known);
    expect(spec).toEqual({
      path: 'peer.edge.fetchesMax',
      values: [1, 3],
      scenarios: [three],
      seeds: [1, 2],
      forMs: 20_000,
    });
    expect(usual).toBe(DEFAULT_PEER.edge.fetchesMax);
  });

  it.each([
    [['peer.edge.fetchesMax'], options, /values to try/],
    [['peer.edge.fetchesMax', 'x'], options, /takes a number, not x/],
    [['peer.edge.fetchesMax', '1'], { ...options, seeds: '0' }, /--seeds takes a number above 0/],
    [['peer.edge.fetchesMax', '1'], { ...options, scenarios: 'four' }, /There are three/],
  ])('that says %j is refused in a sentence', (words, given, sentence) => {
    expect(() => readSweep(words, given, known)).toThrow(sentence);
  });
});
