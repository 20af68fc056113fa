import { describe, expect, it } from 'vitest';
import { InvariantError } from '../errors/index.js';
import { decode, encode } from './field.js';
import { pieceRuns } from './piece-runs.js';

const read = (...numbers: number[]): readonly number[] => {
  const bytes = Uint8Array.from(numbers.flatMap((n) => [n >> 8, n & 255]));
  return decode(pieceRuns, bytes, 1_000_000);
};

describe('pieceRuns', () => {
  it('keeps the order and joins neighbours (WIR7)', () => {
    const pieces = [7, 8, 9, 3, 2, 0];
    const bytes = encode(pieceRuns, pieces);
    expect([...bytes].filter((_, i) => i % 2 === 1)).toEqual([4, 7, 3, 3, 1, 2, 1, 0, 1]);
    expect(decode(pieceRuns, bytes, 100)).toEqual(pieces);
  });

  it('carries a whole part in one run, and nothing at all', () => {
    const all = Array.from({ length: 4096 }, (_, i) => i);
    expect(encode(pieceRuns, all).length).toBe(6);
    expect(read(1, 0, 4096)).toEqual(all);
    expect(read(0)).toEqual([]);
  });

  it.each([
    ['an empty run', [1, 5, 0]],
    ['a piece beyond the last', [1, 4095, 2]],
    ['two runs that are one', [2, 5, 1, 6, 1]],
    ['a piece twice', [2, 5, 2, 5, 1]],
    ['a piece twice in overlapping runs', [2, 5, 4, 3, 3]],
    ['more runs than bytes', [65_535, 1, 1]],
  ])('refuses %s (WIR7)', (_name, numbers) => {
    expect(() => read(...numbers)).toThrow('[wire/violation]');
  });

  it('gives up at the first repeated run, however many the frame claims', () => {
    const numbers = [30_000, ...Array.from({ length: 30_000 }, () => [0, 4096]).flat()];
    const bytes = Uint8Array.from(numbers.flatMap((n) => [n >> 8, n & 255]));
    expect(() => decode(pieceRuns, bytes, 1_000_000)).toThrow('[wire/violation] pieces twice');
  });

  it.each([[[4096]], [[-1]], [[1.5]], [[3, 3]], [[1, 2, 1]]])('encodes no %j', (pieces) => {
    expect(() => encode(pieceRuns, pieces)).toThrow(InvariantError);
  });
});
