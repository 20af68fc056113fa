/** The plan of a cluster as one peer sees it: its place in every tree. */
import type { PeerId, Rendition } from '../units/index.js';

/** One peer's place in one tree. */
export interface TreePlace {
  /**
   * Who sends this tree's stripes here; undefined when this peer is the root: it seeds from the
   * edge.
   */
  readonly parent: PeerId | undefined;
  /** Who is asked when the parent is silent; undefined when there is none, then the edge is. */
  readonly standby: PeerId | undefined;
  /** Whether this peer takes the root's place when the root is silent. */
  readonly standbyRoot: boolean;
  /** Who gets every verified piece of this tree's stripes from here. */
  readonly children: readonly PeerId[];
}

/** A peer's whole plan for one rendition; replaces the plan with a lower version. */
export interface PeerPlan {
  readonly rendition: Rendition;
  readonly version: number;
  /** Most stripes a part is cut into. */
  readonly stripesMax: number;
  /** Which tree carries which stripe rotates by part: see `treeOfStripe`. */
  readonly trees: readonly TreePlace[];
}
