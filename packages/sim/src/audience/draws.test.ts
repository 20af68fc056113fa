/** Draws follow their distribution, and shares are met exactly. */
import { createRandom } from '@shoal/core/units';
import { expect, it } from 'vitest';
import { chosen, dealt, exponential, lognormal, medianOf, pick, zipf } from './draws.js';

const random = createRandom(7);
const many = (draw: () => number): number[] => Array.from({ length: 4_000 }, draw);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

it('deals shares exactly, in random order', () => {
  const cards = dealt(random, 200, [0.1, 0.3, 0.6]);
  expect([0, 1, 2].map((card) => cards.filter((c) => c === card).length)).toEqual([20, 60, 120]);
  expect(cards).not.toEqual([...cards].sort());
  expect(chosen(random, 200, 0.07).filter(Boolean)).toHaveLength(14);
  expect(dealt(random, 3, [0.5, 0.5])).toHaveLength(3);
});

it('draws rates around their median, two of three within the spread', () => {
  const rates = many(() => lognormal(random, 50e6, 3)).sort((a, b) => a - b);
  expect(rates[2_000]! / 50e6).toBeCloseTo(1, 0);
  const within = rates.filter((rate) => rate > 50e6 / 3 && rate < 50e6 * 3).length;
  expect(within / 4_000).toBeCloseTo(0.683, 1);
});

it('knows the median that belongs to a mean', () => {
  const rates = many(() => lognormal(random, medianOf(10e6, 2), 2));
  expect(mean(rates) / 10e6).toBeCloseTo(1, 1);
});

it('draws stays with their mean', () => {
  expect(mean(many(() => exponential(random, 600_000))) / 600_000).toBeCloseTo(1, 1);
});

it('weighs titles by Zipf', () => {
  const weights = zipf(3, 1);
  expect(weights.map((weight) => Number(weight.toFixed(3)))).toEqual([0.545, 0.273, 0.182]);
  const picks = many(() => pick(random, weights));
  expect(picks.filter((i) => i === 0).length / 4_000).toBeCloseTo(0.545, 1);
});
