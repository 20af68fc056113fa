/**
 * A list of different pieces of one part, in order, as runs of neighbours: two bytes each for first
 * and count.
 */
import { MAX_PIECES } from '../units/index.js';
import type { Field, Wire } from './field.js';

export const pieceRuns: Field<readonly number[]> = (wire: Wire, given) => {
  const runs = given && runsOf(given);
  const pieces = new Set<number>();
  let next = -1;
  const length = wire.uint(2, runs?.length);
  for (let i = 0; i < length; i++) {
    const first = wire.uint(2, runs?.[i]?.first);
    const count = wire.uint(2, runs?.[i]?.count);
    // Two runs that touch are one run: otherwise a list would have several encodings.
    wire.check(count > 0 && first !== next && first + count <= MAX_PIECES, 'run');
    next = first + count;
    const size = pieces.size + count;
    for (let piece = first; piece < next; piece++) pieces.add(piece);
    wire.check(pieces.size === size, 'pieces twice');
  }
  return [...pieces];
};

function runsOf(pieces: readonly number[]): readonly { first: number; count: number }[] {
  const runs: { first: number; count: number }[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last !== undefined && piece === last.first + last.count) last.count++;
    else runs.push({ first: piece, count: 1 });
  }
  return runs;
}
