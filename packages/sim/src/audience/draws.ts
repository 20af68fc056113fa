/** Draws from the distributions that audiences follow; rounded, so that engines agree. */
import type { Random } from '@shoal/core/units';

/** Which of the shares each of `n` gets: exact counts, in random order. Shares add up to one. */
export function dealt(random: Random, n: number, shares: readonly number[]): readonly number[] {
  const cards: number[] = [];
  let upTo = 0;
  for (const [i, share] of shares.entries()) {
    upTo += share;
    const end = i === shares.length - 1 ? n : Math.round(upTo * n);
    while (cards.length < end) cards.push(i);
  }
  return random.shuffled(cards);
}

/** Which of `n` belong to a share of them: exactly so many. */
export function chosen(random: Random, n: number, share: number): readonly boolean[] {
  return dealt(random, n, [share, 1 - share]).map((card) => card === 0);
}

/** Weights of the first `n` under Zipf's law; they add up to one. */
export function zipf(n: number, exponent: number): readonly number[] {
  const weights = Array.from({ length: n }, (_, i) => 1 / (i + 1) ** exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Where a draw falls among weights that add up to one. */
export function pick(random: Random, weights: readonly number[]): number {
  let left = random.next();
  const at = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return at < 0 ? weights.length - 1 : at;
}

/** A waiting time with this mean, memoryless. */
export function exponential(random: Random, mean: number): number {
  return Math.round(-Math.log(1 - random.next()) * mean);
}

/** Lognormal: two of three within `spread` times below and above the median. */
export function lognormal(random: Random, median: number, spread: number): number {
  return Math.round(median * Math.exp(Math.log(spread) * normal(random)));
}

/** The median of a lognormal with this mean. */
export function medianOf(mean: number, spread: number): number {
  return mean / Math.exp(Math.log(spread) ** 2 / 2);
}

/** Box and Muller's. */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
