/** The shape of a swarm: plans, trees, stripes and scores. */
export type { PeerPlan, TreePlace } from './plan.js';
export { stripeCount, stripeOfPiece, stripeStart, treeOfStripe } from './stripes.js';
