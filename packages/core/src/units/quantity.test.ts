import { describe, expect, it } from 'vitest';
import { bitsPerSec, transferMs } from './quantity.js';

describe('rates', () => {
  it('count eight bits a byte and a thousand milliseconds a second', () => {
    expect(bitsPerSec(1000, 1000)).toBe(8000);
    expect(transferMs(1000, 8000)).toBe(1000);
  });

  it('undo each other', () => {
    expect(transferMs(16_384, bitsPerSec(16_384, 37))).toBeCloseTo(37, 9);
  });

  it('take no time for a whole millisecond, so that no rate is infinite', () => {
    expect(bitsPerSec(1000, 0)).toBe(8_000_000);
    expect(bitsPerSec(1000, 0.5)).toBe(8_000_000);
  });

  it('never finish at a rate of zero', () => {
    expect(transferMs(1, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(transferMs(0, 8)).toBe(0);
  });
});
