/** How long the push is waited for. */
import { expect, it } from 'vitest';
import { Ms } from '../units/index.js';
import { DEFAULT_PATIENCE, learnGap, patienceMs } from './patience.js';

it('gives the push twice its usual gap and two round trips, within limits (RPR2)', () => {
  expect(patienceMs(undefined, Ms(40))).toBe(DEFAULT_PATIENCE.startMs);
  expect(patienceMs(Ms(10), Ms(10))).toBe(DEFAULT_PATIENCE.leastMs);
  expect(patienceMs(Ms(400), Ms(50))).toBe(2 * 400 + 2 * 50 + DEFAULT_PATIENCE.leastMs / 2);
  expect(patienceMs(Ms(9_000), Ms(50))).toBe(DEFAULT_PATIENCE.mostMs);
});

it('learns long gaps faster than short ones', () => {
  expect(learnGap(undefined, Ms(70))).toBe(70);
  const up = learnGap(Ms(100), Ms(200)) - 100;
  const down = 100 - learnGap(Ms(100), Ms(0));
  expect(up).toBeGreaterThan(2 * down);
});
