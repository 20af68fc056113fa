/** Who roots which tree: slots shared out evenly, moved as little as possible. */
import type { PeerId } from '../units/index.js';

/**
 * The root of each of `slots` trees. Roots in `able` keep their slots as far as even shares allow;
 * `eager` (a subset of `able`) are those that may receive slots. Without anybody eager, all who are
 * able are.
 */
export function assignRoots(
  slots: number,
  previous: readonly PeerId[],
  able: readonly PeerId[],
  eager: readonly PeerId[],
): readonly PeerId[] {
  const takers = eager.length > 0 ? eager : able;
  const roots: (PeerId | undefined)[] = [];
  for (let slot = 0; slot < slots; slot++) {
    const root = previous[slot];
    roots.push(root !== undefined && able.includes(root) ? root : undefined);
  }
  for (let slot = 0; slot < slots; slot++) roots[slot] ??= poorest(roots, takers, slot);
  level(roots, takers);
  return roots as PeerId[];
}

/** Moves slots from the richest to the poorest taker until their shares differ by one at most. */
function level(roots: (PeerId | undefined)[], takers: readonly PeerId[]): void {
  for (let moves = 0; moves < roots.length; moves++) {
    const counts = countSlots(roots);
    let richest: PeerId | undefined;
    for (const [peer, count] of counts) {
      if (richest === undefined || count > (counts.get(richest) ?? 0)) richest = peer;
    }
    const poor = least(takers, counts);
    if (richest === undefined || poor === undefined) return;
    if ((counts.get(richest) ?? 0) - (counts.get(poor) ?? 0) <= 1) return;
    roots[farthest(roots, richest, poor)] = poor;
  }
}

/** The taker with the fewest slots; among equals the one whose slots are farthest from this one. */
function poorest(
  roots: readonly (PeerId | undefined)[],
  takers: readonly PeerId[],
  slot: number,
): PeerId | undefined {
  const counts = countSlots(roots);
  const fewest = counts.get(least(takers, counts) as PeerId) ?? 0;
  let best: PeerId | undefined;
  let bestGap = -1;
  for (const peer of takers) {
    if ((counts.get(peer) ?? 0) !== fewest) continue;
    const gap = gapTo(roots, slot, peer);
    if (gap > bestGap) [best, bestGap] = [peer, gap];
  }
  return best;
}

function least(takers: readonly PeerId[], counts: ReadonlyMap<PeerId, number>): PeerId | undefined {
  let poor: PeerId | undefined;
  for (const peer of takers) {
    if (poor === undefined || (counts.get(peer) ?? 0) < (counts.get(poor) ?? 0)) poor = peer;
  }
  return poor;
}

/** The slot of `from` that lies farthest from the slots of `to`: duty is spread over time. */
function farthest(roots: readonly (PeerId | undefined)[], from: PeerId, to: PeerId): number {
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
function gapTo(roots: readonly (PeerId | undefined)[], slot: number, peer: PeerId): number {
  const ring = roots.length;
  for (let gap = 1; gap <= ring / 2; gap++) {
    if (roots[(slot + gap) % ring] === peer || roots[(slot - gap + ring) % ring] === peer) {
      return gap;
    }
  }
  return ring;
}

function countSlots(roots: readonly (PeerId | undefined)[]): Map<PeerId, number> {
  const counts = new Map<PeerId, number>();
  for (const root of roots) {
    if (root !== undefined) counts.set(root, (counts.get(root) ?? 0) + 1);
  }
  return counts;
}
