/** The demo's arithmetic. */
import { describe, expect, test } from 'vitest';
import { figuresBetween, flows, percentText, type Reading, rateText } from './figures.js';

const totals = (atMs: number, http: number, p2p: number, viewers = 4) => ({
  atMs,
  http,
  p2p,
  viewers,
});

describe('figures between two moments', () => {
  test('one copy for four viewers is three quarters of offload', () => {
    const figures = figuresBetween(totals(0, 500, 0), totals(1000, 600, 300));
    expect(figures).toEqual({
      offload: 0.75,
      limit: 0.75,
      copies: 1,
      edgeRate: 800,
      peerRate: 2400,
    });
  });

  test('nothing moved: no share is claimed', () => {
    const figures = figuresBetween(totals(0, 5, 5), totals(1000, 5, 5));
    expect(figures.offload).toBeUndefined();
    expect(figures.copies).toBeUndefined();
  });

  test('a counter that starts anew never gives a negative rate', () => {
    expect(figuresBetween(totals(0, 900, 900), totals(1000, 0, 0)).edgeRate).toBe(0);
  });
});

test('flows are what moved since the last reading', () => {
  const reading = (http: number, from: [string, number][]): Reading => ({
    self: 'a',
    http,
    p2p: 0,
    uploaded: 0,
    peers: 1,
    corrupt: 0,
    why: '',
    from: new Map(from),
  });
  const moved = flows(
    reading(100, [['b', 50]]),
    reading(130, [
      ['b', 50],
      ['c', 7],
    ]),
  );
  expect(moved.edge).toBe(30);
  expect([...moved.peers]).toEqual([['c', 7]]);
});

test('figures as people read them', () => {
  expect(rateText(480_400)).toBe('480 kbit/s');
  expect(rateText(2_440_000)).toBe('2.4 Mbit/s');
  expect(percentText(0.834)).toBe('83 %');
  expect(percentText(undefined)).toBe('–');
});
