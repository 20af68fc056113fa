/** The cache's policy: ranges, conditions, freshness, and one upstream fetch an object. */
export {
  type CacheConfig,
  DEFAULT_CACHE,
  type Decision,
  decide,
  type Held,
  statusForViewer,
  worthKeeping,
  worthWriting,
} from './coalesce.js';
export { hasAlready, matchesNone, mayRange } from './conditional.js';
export { forwarded, hasCredentials } from './forwarding.js';
export { ABSENT_MS, absenceHolds, cacheControl, type ObjectKind } from './freshness.js';
export { readHttpDate } from './http-date.js';
export {
  type AnswerHead,
  ageAtArrival,
  type Content,
  DEFAULT_LIFETIME,
  type Lifetime,
  type LifetimeConfig,
  lifetimeOf,
  mayStore,
  type Personal,
  type Use,
  useOf,
} from './lifetime.js';
export {
  isPurged,
  PURGE_TAGS_CHARS_MAX,
  PURGE_TAGS_MAX,
  PURGES_REMEMBERED_MAX,
  type Purge,
  PurgeJournal,
  type PurgeRecord,
  tagsOf,
} from './purge.js';
export { type RangeAnswer, type RangeAsk, readRange, resolveRange } from './range.js';
export { relayed } from './relaying.js';
export { DEFAULT_S3_FIFO, type Evicted, S3Fifo, type S3FifoConfig } from './s3-fifo.js';
export { updated } from './updating.js';
export {
  DEFAULT_UPSTREAM,
  isLoop,
  orderUpstreams,
  type UpstreamConfig,
  type UpstreamView,
} from './upstreams.js';
export { variantKey, variesBy } from './vary.js';
