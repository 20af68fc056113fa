/** Ports, and the loop that runs a peer machine on them. */

export { type Why, type WhyCode, whyText } from '@shoal/core/telemetry';
export { type Counters, createCounters } from './engine/counters.js';
export {
  createEngine,
  type Engine,
  type Followed,
  type ListedSegment,
  type Playback,
} from './engine/engine.js';
export {
  ENGINE_DEFAULTS,
  type EngineConfig,
  type EngineOptions,
  type PeerMachine,
} from './engine/engine-options.js';
export {
  createEmitter,
  type Emitter,
  type EngineEvents,
  type On,
} from './engine/events.js';
export type { Location, MediaName } from './engine/locations.js';
export type {
  EngineStats,
  HttpWhy,
  NeighbourStats,
  SegmentStats,
} from './engine/stats.js';
export { honestTransferMs } from './engine/transfer-time.js';
export type { Delivery, WantSink } from './engine/wants.js';
export type { ConsentState } from './engine/why.js';
export type { Clock } from './ports/clock.js';
export type { Crypto } from './ports/crypto.js';
export type { EdgeAnswer, EdgeFetch, EdgeRequest } from './ports/edge-fetch.js';
export type { Link, LinkEvents, Links } from './ports/links.js';
export type { Ports } from './ports/ports.js';
export type { TrackerEvents, TrackerSocket, TrackerSockets } from './ports/tracker-socket.js';
export * from './signal/index.js';
