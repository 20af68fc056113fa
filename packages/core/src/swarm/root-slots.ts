/** Who roots which tree: slots shared out evenly, moved as little as possible. */

/**
 * The root of each tree, given that of before, or who would take its place, tree by tree. Roots
 * that are able keep their trees as far as even shares allow; takers (in order of preference) are
 * those that may receive trees.
 */
export function assignRoots<Id>(
  previous: readonly (Id | undefined)[],
  heirs: readonly (Id | undefined)[],
  isAble: (id: Id) => boolean,
  takersNow: () => readonly Id[],
): readonly Id[] {
  const roots = previous.map((root) => (root !== undefined && isAble(root) ? root : undefined));
  const isUneven = new Set(roots).size < roots.length;
  if (!isUneven && !roots.includes(undefined)) return roots as Id[];
  const takers = takersNow();
  fill(roots, heirs, takers);
  level(roots, takers);
  return roots as Id[];
}

/** The heir takes an empty slot when nobody has fewer, else the poorest taker does. */
function fill<Id>(
  roots: (Id | undefined)[],
  heirs: readonly (Id | undefined)[],
  takers: readonly Id[],
): void {
  for (let slot = 0; slot < roots.length; slot++) {
    if (roots[slot] !== undefined) continue;
    const counts = countSlots(roots);
    const fewest = counts.get(least(takers, counts) as Id) ?? 0;
    const heir = heirs[slot];
    const fits = heir !== undefined && takers.includes(heir) && (counts.get(heir) ?? 0) <= fewest;
    roots[slot] = fits ? heir : poorest(roots, takers, slot, counts, fewest);
  }
}

/** Moves slots from the richest to the poorest taker until their shares differ by one at most. */
function level<Id>(roots: (Id | undefined)[], takers: readonly Id[]): void {
  for (let moves = 0; moves < roots.length; moves++) {
    const counts = countSlots(roots);
    let richest: Id | undefined;
    for (const [peer, count] of counts) {
      if (richest === undefined || count > (counts.get(richest) ?? 0)) richest = peer;
    }
    if (richest === undefined || (counts.get(richest) ?? 0) <= 1) return;
    const poor = least(takers, counts);
    if (poor === undefined) return;
    if ((counts.get(richest) ?? 0) - (counts.get(poor) ?? 0) <= 1) return;
    roots[farthest(roots, richest, poor)] = poor;
  }
}

/** The taker with the fewest slots; among equals the one whose slots are farthest from this one, then the first. */
function poorest<Id>(
  roots: readonly (Id | undefined)[],
  takers: readonly Id[],
  slot: number,
  counts: ReadonlyMap<Id, number>,
  fewest: number,
): Id | undefined {
  let best: Id | undefined;
  let bestGap = -1;
  for (const peer of takers) {
    if ((counts.get(peer) ?? 0) > fewest) continue;
    const gap = gapTo(roots, slot, peer);
    if (gap > bestGap) [best, bestGap] = [peer, gap];
    if (gap >= roots.length) break;
  }
  return best;
}

function least<Id>(takers: readonly Id[], counts: ReadonlyMap<Id, number>): Id | undefined {
  let poor: Id | undefined;
  let count = Number.POSITIVE_INFINITY;
  for (const peer of takers) {
    const own = counts.get(peer) ?? 0;
    if (own < count) [poor, count] = [peer, own];
    if (count === 0) break;
  }
  return poor;
}

/** The slot of `from` that lies farthest from the slots of `to`: duty is spread over time. */
function farthest<Id>(roots: readonly (Id | undefined)[], from: Id, to: Id): number {
  let best = roots.indexOf(from);
  let bestGap = -1;
  for (let slot = 0; slot < roots.length; slot++) {
    if (roots[slot] !== from) continue;
    const gap = gapTo(roots, slot, to);
    if (gap > bestGap) [best, bestGap] = [slot, gap];
  }
  return best;
}

/**
 * Distance around the ring from `slot` to the nearest slot of `peer`; the whole ring when it has
 * none.
 */
function gapTo<Id>(roots: readonly (Id | undefined)[], slot: number, peer: Id): number {
  const ring = roots.length;
  for (let gap = 1; gap <= ring / 2; gap++) {
    if (roots[(slot + gap) % ring] === peer || roots[(slot - gap + ring) % ring] === peer) {
      return gap;
    }
  }
  return ring;
}

function countSlots<Id>(roots: readonly (Id | undefined)[]): Map<Id, number> {
  const counts = new Map<Id, number>();
  for (const root of roots) {
    if (root !== undefined) counts.set(root, (counts.get(root) ?? 0) + 1);
  }
  return counts;
}
