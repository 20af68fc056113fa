/** When a part is needed and how long before it is fetched. */
import { describe, expect, it } from 'vitest';
import { Ms } from '../units/index.js';
import { leadMs } from './deadline.js';
import { bufferLeft, neededAt, type Playhead, reachOf } from './playhead.js';

const head = {
  at: Ms(1_000),
  sequence: 7,
  part: 0,
  bufferMs: Ms(4_000),
  bufferMsMax: Ms(30_000),
  reachMs: Ms(30_000),
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

describe('reach on demand (VOD2)', () => {
  const most = Ms(90_000);
  const said = (at: number, bufferMs: number, before?: Playhead): Playhead => ({
    ...{ at: Ms(at), sequence: 1, part: 0, bufferMs: Ms(bufferMs), stalled: false, playing: true },
    ...{ bufferMsMax: most, reachMs: reachOf(Ms(at), Ms(bufferMs), most, before) },
  });

  it('begins with the near future, and grows with the clock', () => {
    const first = said(0, 0);
    expect(first.reachMs).toBe(16_000);
    const later = said(5_000, 15_000, first);
    expect(later.reachMs).toBe(21_000);
    expect(said(120_000, 80_000, later).reachMs).toBe(most);
  });

  it('begins anew after a seek, and where the buffer does not follow', () => {
    const full = said(200_000, 88_000, said(100_000, 60_000, said(0, 0)));
    expect(said(200_250, 0, full).reachMs).toBe(16_000);
    expect(said(200_250, 3_000, full).reachMs).toBe(19_000);
  });

  it('is never further than the player alone would buffer', () => {
    expect(reachOf(Ms(0), Ms(0), Ms(10_000), undefined)).toBe(10_000);
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
