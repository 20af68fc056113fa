/** How much peers can carry at best, from the inputs alone: what every report and plan is held to. */
import type { BitsPerSec } from '@shoal/core/units';

export interface Audience {
  /** How many watch the same bytes at the same time, on average. */
  readonly viewers: number;
  /** What one of them plays. */
  readonly bitrate: BitsPerSec;
  /** Share that may and can link to others: they agreed, and WebRTC works where they are. */
  readonly joined: number;
  /** Share that uploads; everybody counts, also those who have not joined. */
  readonly uploading: number;
  /** Mean uplink of those who upload. */
  readonly uplink: BitsPerSec;
  /** Uplink of home nodes, all together. */
  readonly homeUplink?: BitsPerSec;
}

/** The tree that one copy from the edge goes down. */
export interface TreeShape {
  /** Viewers that one viewer feeds. */
  readonly children: number;
  /** From the viewer that fetches to the farthest one; each hop costs delay. */
  readonly hops: number;
}

export const DEFAULT_TREE: TreeShape = { children: 3, hops: 4 };

export type Bound = 'joined' | 'copies' | 'tree' | 'uplink';

/** Each bound is the offload if it alone held; `offload` is what all of them leave. */
export interface OffloadLimit extends Readonly<Record<Bound, number>> {
  readonly offload: number;
  /** The lowest. */
  readonly by: Bound;
}

/**
 * With a share x of viewers that cannot join, s copies, n viewers, k children, D hops, a share a
 * that uploads over u, home nodes h and bitrate r:
 *
 * - `joined`, 1 - x: the others get all from the edge.
 * - `copies`, 1 - x - s/n with s = 1: what those who joined share has left the edge at least once.
 * - `tree`, (1 - x) (1 - 1/N) with N = (k^(D+1) - 1) / (k - 1): one copy feeds no more than N.
 * - `uplink`, 0.9 (a u + h/n) / r: nobody receives what nobody sends; a tenth is lost to headers,
 *   acknowledgements and pieces that arrive twice.
 */
export function offloadLimit(audience: Audience, tree = DEFAULT_TREE): OffloadLimit {
  const { viewers, bitrate, joined, uploading, uplink, homeUplink = 0 } = audience;
  const bounds: Readonly<Record<Bound, number>> = {
    joined,
    copies: atLeastZero(joined - 1 / viewers),
    tree: joined * (1 - 1 / treeSize(tree)),
    uplink: Math.min(1, (USABLE * (uploading * uplink + homeUplink / viewers)) / bitrate),
  };
  const by = ORDER.reduce((least, bound) => (bounds[bound] < bounds[least] ? bound : least));
  return { ...bounds, offload: bounds[by], by };
}

/** Viewers in a full tree, the one that fetches included. */
export function treeSize({ children, hops }: TreeShape): number {
  let [size, level] = [1, 1];
  for (let hop = 0; hop < hops; hop++) {
    level *= children;
    size += level;
  }
  return size;
}

function atLeastZero(share: number): number {
  return Math.max(0, share);
}

/** Of an uplink, what reaches others as media. */
const USABLE = 0.9;
const ORDER: readonly Bound[] = ['copies', 'tree', 'uplink', 'joined'];
