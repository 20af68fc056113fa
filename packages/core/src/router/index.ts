/** Which edge a viewer is sent to: places, health, load, and Content Steering. */
export { checked, type Health, type HealthConfig, isFull, NEW_EDGE } from './health.js';
export { PLACE_CHARS_MAX, PREFIXES_MAX, type PrefixTable, readPrefixes } from './prefixes.js';
export { rendezvous } from './rendezvous.js';
export {
  DEFAULT_ROUTER,
  EDGES_MAX,
  type EdgeOfRouter,
  type EdgeState,
  Router,
  type RouterConfig,
  type RouterInput,
  type RouterOutput,
} from './router.js';
export {
  PATHWAYS_MAX,
  type Pathway,
  type SteeringOrder,
  steeringManifest,
} from './steering.js';
