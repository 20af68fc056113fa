/** Ports, and the loop that runs a peer machine on them. */
export { createEmitter, type Emitter, type EngineEvents, type On } from './engine/events.js';
export type {
  EngineStats,
  HttpWhy,
  NeighbourStats,
  SegmentStats,
  Why,
  WhyCode,
} from './engine/stats.js';
export type { Clock } from './ports/clock.js';
export type { Crypto } from './ports/crypto.js';
export type { EdgeAnswer, EdgeFetch, EdgeRequest } from './ports/edge-fetch.js';
export type { Link, LinkEvents, Links } from './ports/links.js';
export type { Ports } from './ports/ports.js';
export type { TrackerEvents, TrackerSocket, TrackerSockets } from './ports/tracker-socket.js';
