/** Waits grow, within limits, and differ between peers. */
import { describe, expect, it } from 'vitest';
import { createRandom, Ms } from '../units/index.js';
import { backoffMs } from './backoff.js';

const CONFIG = { firstMs: Ms(400), mostMs: Ms(8_000) };

describe('backoff', () => {
  it('doubles with each failure, and half of it is dice', () => {
    for (const [failures, most] of [
      [1, 400],
      [2, 800],
      [3, 1_600],
    ] as const) {
      const waits = [1, 2, 3, 4, 5].map((seed) => backoffMs(failures, CONFIG, createRandom(seed)));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(most / 2);
      expect(Math.max(...waits)).toBeLessThanOrEqual(most);
      expect(new Set(waits).size).toBe(5);
    }
  });

  it('is capped, however often it failed', () => {
    expect(backoffMs(1_000, CONFIG, createRandom(1))).toBeLessThanOrEqual(8_000);
  });
});
