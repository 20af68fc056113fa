/** The groups of a cluster from one plan to the next: who inherits whose trees. */
import { groupsOf, type SwarmGraph } from './graph.js';

/** Members that feed each other, and who roots each of their trees. */
export interface Group {
  readonly members: readonly number[];
  /** By tree; undefined where nobody does. */
  roots: readonly (number | undefined)[];
  readonly standbyRoots: (number | undefined)[];
}

/**
 * The groups of today, largest first. Each tree keeps the root of the former group that gave the
 * most members, of those that are here; where that root is gone, its standby root is at hand.
 */
export function regroup(
  graph: SwarmGraph,
  before: readonly Group[],
  groupAt: Int16Array,
  trees: number,
): readonly Group[] {
  const former = groupAt.slice();
  const groups = groupsOf(graph);
  groupAt.fill(ALONE);
  groups.forEach((members, number) => {
    for (const slot of members) groupAt[slot] = number;
  });
  groupAt.forEach((number, slot) => {
    if (number !== former[slot]) graph.touched.add(slot);
  });
  return groups.map((members, number) => {
    const shared = before.map(() => 0);
    for (const slot of members) {
      const from = former[slot] as number;
      if (from !== ALONE) shared[from] = (shared[from] as number) + 1;
    }
    const heirs = [...shared.keys()]
      .filter((from) => shared[from] !== 0)
      .sort((x, y) => (shared[y] as number) - (shared[x] as number) || x - y);
    const first = (of: 'roots' | 'standbyRoots', tree: number): number | undefined =>
      heirs
        .map((from) => before[from]?.[of][tree])
        .find((slot) => slot !== undefined && groupAt[slot] === number);
    const slots = Array.from({ length: trees }, (_, tree) => tree);
    return {
      members,
      roots: slots.map((tree) => first('roots', tree)),
      standbyRoots: slots.map((tree) => first('standbyRoots', tree)),
    };
  });
}

/** In no group. */
export const ALONE = -1;
