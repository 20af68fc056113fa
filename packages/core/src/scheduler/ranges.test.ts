/** Byte ranges from missing pieces. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rangesOf } from './ranges.js';

it('joins neighbours, and runs with a small gap', () => {
  expect(rangesOf([0, 1, 2, 4, 8], 0)).toEqual([
    { from: 0, to: 3 },
    { from: 4, to: 5 },
    { from: 8, to: 9 },
  ]);
  expect(rangesOf([0, 1, 2, 4, 8], 1)).toEqual([
    { from: 0, to: 5 },
    { from: 8, to: 9 },
  ]);
  expect(rangesOf([], 3)).toEqual([]);
});

it('covers every piece, and without gaps nothing else', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(60)), fc.nat(4), (pieces, gap) => {
      pieces.sort((a, b) => a - b);
      const covered = (ranges: ReturnType<typeof rangesOf>): number[] =>
        ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
      expect(covered(rangesOf(pieces, 0))).toEqual(pieces);
      expect(covered(rangesOf(pieces, gap))).toEqual(expect.arrayContaining(pieces));
    }),
  );
});
