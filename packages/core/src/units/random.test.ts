import { describe, expect, it } from 'vitest';
import { createRandom } from './random.js';

const draw = (seed: number, count: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

describe('createRandom', () => {
  it('repeats itself for a seed, and only for it', () => {
    expect(draw(7, 50)).toEqual(draw(7, 50));
    expect(draw(7, 50)).not.toEqual(draw(8, 50));
  });

  it('gives the same numbers for ever: a seed in a report replays', () => {
    expect(draw(1, 4).map((x) => Math.floor(x * 2 ** 32))).toMatchInlineSnapshot(`
      [
        393288148,
        2174103013,
        3814759091,
        2092745082,
      ]
    `);
  });

  it('works from the seed zero, and takes any number for one', () => {
    expect(new Set(draw(0, 100)).size).toBe(100);
    expect(draw(2 ** 32 + 5, 3)).toEqual(draw(5, 3));
  });

  it('stays in [0, 1), near the middle on average', () => {
    const drawn = draw(3, 10_000);
    expect(drawn.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(drawn.reduce((sum, x) => sum + x) / drawn.length).toBeCloseTo(0.5, 1);
  });

  it('reaches every whole number below a limit, about equally', () => {
    const random = createRandom(4);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 6000; i++) counts[random.below(6)]!++;
    expect(counts.reduce((sum, count) => sum + count)).toBe(6000);
    expect(Math.min(...counts)).toBeGreaterThan(850);
  });

  it('shuffles a copy, and reaches every order', () => {
    const random = createRandom(5);
    const items = [1, 2, 3];
    const orders = Array.from({ length: 200 }, () => random.shuffled(items).join());
    expect(items).toEqual([1, 2, 3]);
    expect(new Set(orders).size).toBe(6);
    expect(random.shuffled([])).toEqual([]);
  });
});
