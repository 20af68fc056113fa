/** What a plan has moved so far: tree by tree, whose standbys must be looked at. */

export interface Stirred {
  /** By tree: 'all', or slots in the order in which they were first moved. */
  readonly trees: ('all' | number[])[];
  /** By tree and slot: 1 where it is among them. */
  readonly seen: Uint8Array;
  readonly slots: number;
}

export function nothingStirred(trees: number, slots: number): Stirred {
  return {
    trees: Array.from({ length: trees }, () => []),
    seen: new Uint8Array(trees * slots),
    slots,
  };
}

export function stir({ trees, seen, slots }: Stirred, at: number, slot: number): void {
  const moved = trees[at];
  if (moved === 'all' || moved === undefined || seen[at * slots + slot] === 1) return;
  seen[at * slots + slot] = 1;
  moved.push(slot);
}

export function stirAll({ trees }: Stirred, at: number): void {
  trees[at] = 'all';
}
