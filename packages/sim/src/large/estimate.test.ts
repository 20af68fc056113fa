import { createRandom } from '@shoal/core/units';
import { expect, it } from 'vitest';
import { estimateOf, jackknife } from './estimate.js';

it('knows the textbook interval', () => {
  const { mean, within } = estimateOf([1, 2, 3, 4]);
  expect(mean).toBe(2.5);
  expect(within).toBeCloseTo(3.182 * Math.sqrt(5 / 3 / 4), 10);
  expect(estimateOf([7]).within).toBe(Number.POSITIVE_INFINITY);
  expect(estimateOf([3, 3, 3])).toEqual({ mean: 3, within: 0, of: 3 });
});

it('holds the true mean nineteen times of twenty', () => {
  const random = createRandom(5);
  let held = 0;
  for (let i = 0; i < 1_000; i++) {
    // Sums of dice are nearly normal, around 6.
    const values = Array.from({ length: 8 }, () =>
      Array.from({ length: 12 }, () => random.next()).reduce((a, b) => a + b),
    );
    const { mean, within } = estimateOf(values);
    if (Math.abs(mean - 6) <= within) held += 1;
  }
  expect(held).toBeGreaterThan(930);
  expect(held).toBeLessThan(970);
});

it('says of a mean the same as the jackknife', () => {
  const values = [3, 8, 4, 9, 2];
  const mean = (some: readonly number[]) => some.reduce((a, b) => a + b) / some.length;
  const [direct, knife] = [estimateOf(values), jackknife(values, mean)];
  expect(knife.mean).toBeCloseTo(direct.mean, 10);
  expect(knife.within).toBeCloseTo(direct.within, 10);
  expect(jackknife([1], mean).within).toBe(Number.POSITIVE_INFINITY);
});
