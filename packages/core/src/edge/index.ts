/** The cache's policy: ranges, conditions, freshness, and one upstream fetch an object. */
export {
  type CacheConfig,
  DEFAULT_CACHE,
  type Decision,
  decide,
  type Held,
  statusForViewer,
  worthKeeping,
} from './coalesce.js';
export { matchesNone, mayRange } from './conditional.js';
export { ABSENT_MS, absenceHolds, cacheControl, type ObjectKind } from './freshness.js';
export {
  type AnswerHead,
  ageAtArrival,
  type Content,
  DEFAULT_LIFETIME,
  type Lifetime,
  type LifetimeConfig,
  lifetimeOf,
  mayStore,
  type Use,
  useOf,
} from './lifetime.js';
export { type RangeAnswer, type RangeAsk, readRange, resolveRange } from './range.js';
export { relayed } from './relaying.js';
export {
  DEFAULT_UPSTREAM,
  isLoop,
  orderUpstreams,
  type UpstreamConfig,
  type UpstreamView,
} from './upstreams.js';
