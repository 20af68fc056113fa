/** Stripes cover a part without gap or overlap, and duty rotates over all trees. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stripeCount, stripeOfPiece, stripeStart, treeOfStripe } from './stripes.js';

it('puts every piece into the stripe whose run it lies in', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4096 }),
      fc.integer({ min: 1, max: 16 }),
      (pieces, max) => {
        const stripes = stripeCount(pieces, max);
        for (let index = 0; index < pieces; index += 1 + Math.floor(pieces / 50)) {
          const stripe = stripeOfPiece(index, pieces, stripes);
          expect(index).toBeGreaterThanOrEqual(stripeStart(stripe, pieces, stripes));
          expect(index).toBeLessThan(stripeStart(stripe + 1, pieces, stripes));
        }
      },
    ),
  );
});

it('gives every tree the same number of stripes in the long run', () => {
  const counts = new Array(32).fill(0);
  for (let sequence = 0; sequence < 320; sequence++) {
    for (let stripe = 0; stripe < 5; stripe++) {
      counts[treeOfStripe({ rendition: 0, sequence, part: 0 }, stripe, 5, 32)] += 1;
    }
  }
  expect(new Set(counts)).toEqual(new Set([50]));
});

it('stays in range for the greatest sequence', () => {
  const key = { rendition: 0, sequence: Number.MAX_SAFE_INTEGER, part: 0 };
  const tree = treeOfStripe(key, 7, 8, 31);
  expect(Number.isInteger(tree) && tree >= 0 && tree < 31).toBe(true);
});
