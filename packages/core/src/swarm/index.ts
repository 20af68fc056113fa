/** The shape of a swarm: plans, trees, stripes and scores. */
export {
  compareIds,
  dropMember,
  edgeId,
  type PlanLink,
  type PlanMember,
  setMember,
} from './graph.js';
export { depthOf, feedsOf, placesOf, rootsOf } from './places.js';
export type { PeerPlan, TreePlace } from './plan.js';
export { planFaults } from './plan-faults.js';
export {
  type ClusterConfig,
  createPlanner,
  DEFAULT_CLUSTER,
  type Planner,
  planCluster,
  planInSteps,
  type TypicalPart,
} from './planner.js';
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
