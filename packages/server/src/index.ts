/** The server: origin and signer, edge, tracker and pages in one process. */
export { sentenceOf } from '@shoal/core/errors';
export { type DevOptions, startDev } from './roles/dev.js';
export { type EdgeOptions, startEdge } from './roles/edge.js';
export {
  type LiveOptions,
  type LiveStreamOption,
  type RunningLive,
  startLive,
} from './roles/live.js';
export type { RunningServer, ServerOptions } from './roles/options.js';
export { type PullOptions, startPull } from './roles/pull.js';
export { type ServeOptions, startServe } from './roles/serve.js';
export type { LogLevel } from './telemetry/log.js';
