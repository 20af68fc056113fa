/** Bit fields of pieces. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countBits, hasBit, makeBits, setBit } from './bits.js';

it('holds exactly the bits that were set', () => {
  const indices = fc.uniqueArray(fc.nat(99));
  fc.assert(
    fc.property(indices, indices, (on, off) => {
      const bits = makeBits(100);
      for (const index of on) setBit(bits, index);
      for (const index of off) setBit(bits, index, false);
      const expected = on.filter((index) => !off.includes(index));
      expect(countBits(bits, 100)).toBe(expected.length);
      expect(expected.every((index) => hasBit(bits, index))).toBe(true);
    }),
  );
});

it('says whether a bit changed, and ignores what is beyond the field', () => {
  const bits = makeBits(8);
  expect([setBit(bits, 3), setBit(bits, 3), setBit(bits, 3, false), setBit(bits, 8)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(hasBit(bits, 4_000)).toBe(false);
});
