/** Stripes: a part is cut into contiguous runs of pieces, and each run travels down one tree. */
import type { PartKey } from '../units/index.js';

/** Pieces a stripe has at least, so that a seed's range request is worth its cost. */
const STRIPE_PIECES_MIN = 2;

/** How many stripes a part of `pieces` pieces is cut into. */
export function stripeCount(pieces: number, stripesMax: number): number {
  return Math.max(1, Math.min(stripesMax, Math.floor(pieces / STRIPE_PIECES_MIN)));
}

/** The first piece of `stripe`; the stripe ends where the next one begins. */
export function stripeStart(stripe: number, pieces: number, stripes: number): number {
  return Math.floor((stripe * pieces) / stripes);
}

/** Which stripe piece `index` belongs to. */
export function stripeOfPiece(index: number, pieces: number, stripes: number): number {
  return Math.floor(((index + 1) * stripes - 1) / pieces);
}

/**
 * Which of `trees` carries `stripe` of this part: consecutive stripes of consecutive parts take
 * turns.
 */
export function treeOfStripe(key: PartKey, stripe: number, stripes: number, trees: number): number {
  return ((((key.sequence % trees) * stripes + key.part + stripe) % trees) + trees) % trees;
}
