/** The groups of a cluster from one plan to the next: who inherits whose trees. */
import { groupsOf, type SwarmGraph, touchAround } from './graph.js';

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
  for (let slot = 0; slot < former.length; slot++) {
    if (groupAt[slot] === former[slot]) continue;
    graph.touched.add(slot);
    if (former[slot] !== ALONE && graph.members[slot] !== undefined) touchAround(graph, slot);
  }
  return groups.map((members, number) => {
    const heirs = heirsOf(members, former, before.length);
    const first = (of: 'roots' | 'standbyRoots', tree: number): number | undefined => {
      for (const from of heirs) {
        const slot = before[from]?.[of][tree];
        if (slot !== undefined && groupAt[slot] === number) return slot;
      }
      return undefined;
    };
    const roots: (number | undefined)[] = [];
    const standbyRoots: (number | undefined)[] = [];
    for (let tree = 0; tree < trees; tree++) {
      roots.push(first('roots', tree));
      standbyRoots.push(first('standbyRoots', tree));
    }
    return { members, roots, standbyRoots };
  });
}

/** The former groups that these members come from, by how many each gave. */
function heirsOf(members: readonly number[], former: Int16Array, groups: number): number[] {
  const shared = new Array<number>(groups).fill(0);
  for (const slot of members) {
    const from = former[slot] as number;
    if (from !== ALONE) shared[from] = (shared[from] as number) + 1;
  }
  return [...shared.keys()]
    .filter((from) => shared[from] !== 0)
    .sort((x, y) => (shared[y] as number) - (shared[x] as number) || x - y);
}

/** In no group. */
export const ALONE = -1;
