/** What the plan says about one part: who sends each stripe here, and to whom it goes on. */
import {
  type PeerPlan,
  stripeCount,
  stripeOfPiece,
  type TreePlace,
  treeOfStripe,
} from '../swarm/index.js';
import type { Part } from './part.js';

export function stripesOf(part: Part, plan: PeerPlan): number {
  return stripeCount(part.pieces.length, plan.stripesMax);
}

/** The stripe of a piece; 0 when the part is not planned. */
export function stripeAt(part: Part, index: number): number {
  if (part.plan === undefined) return 0;
  return stripeOfPiece(index, part.pieces.length, stripesOf(part, part.plan));
}

/** This peer's place in the tree that carries a piece; undefined when nobody planned it. */
export function placeOf(part: Part, index: number): TreePlace | undefined {
  const { plan } = part;
  if (!plan || plan.trees.length === 0) return undefined;
  const stripes = stripesOf(part, plan);
  const stripe = stripeOfPiece(index, part.pieces.length, stripes);
  return plan.trees[treeOfStripe(part.key, stripe, stripes, plan.trees.length)];
}
