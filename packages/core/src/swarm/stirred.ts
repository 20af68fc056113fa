/** What a plan has moved so far: tree by tree, whose standbys must be looked at. */

/** Everybody's. */
export const ALL = 'all';

export type Stirred = Map<number, Set<number> | typeof ALL>;

export function stir(stirred: Stirred, at: number, slots: Iterable<number> | typeof ALL): void {
  const known = stirred.get(at);
  if (known === ALL) return;
  if (slots === ALL) stirred.set(at, ALL);
  else {
    const moved = known ?? new Set<number>();
    for (const slot of slots) moved.add(slot);
    stirred.set(at, moved);
  }
}
