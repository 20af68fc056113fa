/** Who is asked for a piece, and for how much. */
import { describe, expect, it } from 'vitest';
import { Ms, PeerId } from '../units/index.js';
import {
  askDueMs,
  chooseHolder,
  DEFAULT_HOLDER,
  expectedMs,
  type HolderView,
  mostAsked,
} from './holder.js';

const holder = (name: string, change: Partial<HolderView> = {}): HolderView => ({
  peer: PeerId(name),
  rttMs: Ms(30),
  goodput: 4_000_000,
  asked: 0,
  score: 0.5,
  lot: 0.5,
  ...change,
});

describe('who is asked (RPR4)', () => {
  it('is the one expected to deliver first', () => {
    expect(chooseHolder([holder('a'), holder('b', { goodput: 20_000_000 })])?.peer).toBe('b');
    expect(chooseHolder([holder('a', { rttMs: Ms(400) }), holder('b')])?.peer).toBe('b');
    expect(chooseHolder([holder('a', { asked: 5 }), holder('b')])?.peer).toBe('b');
  });

  it('is rather the one that kept its word', () => {
    expect(chooseHolder([holder('a', { score: 0.1 }), holder('b')])?.peer).toBe('b');
  });

  it('is drawn by lot among equals, then by id, whatever their order', () => {
    const equals = [holder('b', { lot: 0.2 }), holder('a', { lot: 0.9 })];
    expect(chooseHolder(equals)?.peer).toBe('b');
    expect(chooseHolder([holder('b'), holder('a')])?.peer).toBe('a');
    expect(chooseHolder([holder('a'), holder('b')])?.peer).toBe('a');
  });

  it('is nobody when all owe enough already', () => {
    const most = mostAsked(4_000_000);
    expect(chooseHolder([holder('a', { asked: most })])).toBeUndefined();
    expect(chooseHolder([])).toBeUndefined();
  });
});

it('asks for what comes within a time, within limits', () => {
  expect(mostAsked(4_000_000)).toBe(15);
  expect(mostAsked(1)).toBe(DEFAULT_HOLDER.piecesMin);
  expect(mostAsked(1e12)).toBe(DEFAULT_HOLDER.piecesMax);
});

it('gives an ask a multiple of its expected time, within limits', () => {
  expect(askDueMs(holder('a'))).toBe(DEFAULT_HOLDER.dueMsMin);
  const slow = holder('a', { goodput: 500_000 });
  expect(askDueMs(slow)).toBe(DEFAULT_HOLDER.patience * expectedMs(slow));
  expect(askDueMs(holder('a', { goodput: 1_000 }))).toBe(DEFAULT_HOLDER.dueMsMax);
});
