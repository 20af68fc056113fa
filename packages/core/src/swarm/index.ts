/** The shape of a swarm: plans, trees, stripes and scores. */
export {
  type ClusterConfig,
  type ClusterPlan,
  type ClusterView,
  DEFAULT_CLUSTER,
  EMPTY_PLAN,
  type GroupPlan,
  planCluster,
} from './cluster-plan.js';
export { compareIds, edgeId, type PlanLink, type PlanMember } from './graph.js';
export { feedsOf, placesOf, samePlaces } from './places.js';
export type { PeerPlan, TreePlace } from './plan.js';
export { planFaults } from './plan-faults.js';
export {
  DEFAULT_SCORE,
  SCORE_START,
  type Score,
  type ScoreConfig,
  scoreMissed,
  scoreUnasked,
  scoreVerdict,
  scoreVerified,
} from './scores.js';
export { stripeCount, stripeOfPiece, stripeStart, treeOfStripe } from './stripes.js';
export type { Tree } from './tree.js';
