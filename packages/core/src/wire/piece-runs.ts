/**
 * A list of different pieces of one part, in order, as runs of neighbours: two bytes each for first
 * and count.
 */
import { MAX_PIECES } from '../units/index.js';
import type { Field } from './field.js';

export const pieceRuns: Field<readonly number[]> = {
  write(to, pieces) {
    const runs = runsOf(pieces);
    to.check(new Set(pieces).size === pieces.length, 'pieces twice');
    to.uint(2, runs.length);
    for (const { first, count } of runs) {
      to.check(first + count <= MAX_PIECES, 'piece');
      to.uint(2, first);
      to.uint(2, count);
    }
  },
  read(from) {
    const pieces = new Set<number>();
    let next = -1;
    for (let left = from.uint(2); left > 0; left--) {
      const first = from.uint(2);
      const count = from.uint(2);
      // Two runs that touch are one run: otherwise a list would have several encodings.
      from.check(count > 0 && first !== next && first + count <= MAX_PIECES, 'run');
      next = first + count;
      const size = pieces.size + count;
      for (let piece = first; piece < next; piece++) pieces.add(piece);
      from.check(pieces.size === size, 'pieces twice');
    }
    return [...pieces];
  },
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
