/** Missing pieces made into few byte ranges. */

/** Pieces `from` (inclusive) to `to` (exclusive). */
export interface PieceRange {
  readonly from: number;
  readonly to: number;
}

/** Runs of `pieces` (ascending); runs with at most `gap` pieces between them become one. */
export function rangesOf(pieces: readonly number[], gap: number): PieceRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const piece of pieces) {
    const last = ranges.at(-1);
    if (last !== undefined && piece - last.to <= gap) last.to = piece + 1;
    else ranges.push({ from: piece, to: piece + 1 });
  }
  return ranges;
}
