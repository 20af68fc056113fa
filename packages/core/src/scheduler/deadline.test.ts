/** When a part is needed and how long before it is fetched. */
import { describe, expect, it } from 'vitest';
import { Ms } from '../units/index.js';
import { leadMs } from './deadline.js';
import { bufferLeft, neededAt } from './playhead.js';

const head = {
  at: Ms(1_000),
  sequence: 7,
  bufferMs: Ms(4_000),
  bufferMsMax: Ms(30_000),
  stalled: false,
  playing: true,
};

describe('needed by (DDL1)', () => {
  it('counts down while the player plays, and stands while it is paused', () => {
    expect(bufferLeft(Ms(2_500), head)).toBe(2_500);
    expect(bufferLeft(Ms(2_500), { ...head, playing: false })).toBe(4_000);
    expect(bufferLeft(Ms(9_000), head)).toBe(0);
  });

  it('is now for a stalled player, whatever it says it has', () => {
    expect(neededAt(Ms(2_000), { ...head, stalled: true }, Ms(0))).toBe(2_000);
  });

  it('adds what plays before', () => {
    expect(neededAt(Ms(1_500), head, Ms(2_000))).toBe(1_000 + 4_000 + 2_000);
  });
});

describe('lead (DDL2)', () => {
  it('is fetch time and margin, capped together', () => {
    expect(leadMs(Ms(50))).toBe(1_200);
    expect(leadMs(Ms(500))).toBe(1_500);
    expect(leadMs(Ms(60_000))).toBe(1_800);
    expect(leadMs(Ms(Number.POSITIVE_INFINITY))).toBe(1_800);
  });
});
