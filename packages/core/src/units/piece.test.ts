import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PIECES, PIECE_BYTES, pieceCount, pieceLength, pieceOffset } from './piece.js';

describe('pieces of a part', () => {
  it.each([
    [0, 0],
    [1, 1],
    [PIECE_BYTES, 1],
    [PIECE_BYTES + 1, 2],
    [MAX_PIECES * PIECE_BYTES, MAX_PIECES],
  ])('a part of %i bytes has %i', (bytes, count) => {
    expect(pieceCount(bytes)).toBe(count);
  });

  it('cover the part without gap or overlap (REC4)', () => {
    const size = fc.integer({ min: 0, max: MAX_PIECES * PIECE_BYTES });
    const property = fc.property(size, (bytes) => {
      let end = 0;
      for (let index = 0; index < pieceCount(bytes); index++) {
        if (pieceOffset(index) !== end || pieceLength(bytes, index) < 1) return false;
        end += pieceLength(bytes, index);
      }
      return end === bytes;
    });
    fc.assert(property, { seed: 1 });
  });

  it('are empty beyond the end', () => {
    expect(pieceLength(PIECE_BYTES, 1)).toBe(0);
    expect(pieceLength(0, 0)).toBe(0);
  });
});
