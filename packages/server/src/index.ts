/** The server: origin and signer, edge, tracker and pages in one process. */
export { sentenceOf } from '@shoal/core/errors';
export { type PrefixTable, readPrefixes } from '@shoal/core/router';
export type { AdminConfig } from './edge/admin.js';
export {
  PURGED_EDGES_MAX,
  type PurgeOrder,
  type PurgeOutcome,
  purgeEdges,
} from './edge/purge-edges.js';
export { type DevOptions, startDev } from './roles/dev.js';
export { type EdgeOptions, type RunningEdge, startEdge } from './roles/edge.js';
export {
  type LiveOptions,
  type LiveParts,
  type LiveStreamOption,
  type RunningLive,
  startLive,
} from './roles/live.js';
export type { RunningServer, ServerOptions } from './roles/options.js';
export { type PullOptions, startPull } from './roles/pull.js';
export { type RouterOptions, type RunningRouter, startRouter } from './roles/router.js';
export { type ServeOptions, startServe } from './roles/serve.js';
export { type RouterFile, readRouterFile } from './router/config.js';
export type { LogLevel } from './telemetry/log.js';
export {
  type KeySet,
  readJwks,
  readKeySet,
  TOKEN_KEYS_MAX,
  type TokenJwk,
  type TokenKey,
} from './tokens/key-set.js';
export {
  createTokenKey,
  mintCat,
  mintJwt,
  publicJwks,
  type TokenOrder,
  urlWithToken,
} from './tokens/mint.js';
