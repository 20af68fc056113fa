/** Shoal in a browser: the adapters of every port, for whoever builds on another player. */
export type { EngineEvents, EngineStats, NeighbourStats, SegmentStats, Why } from '@shoal/host';
export { browserClock } from './ports/clock.js';
export { browserCrypto } from './ports/crypto.js';
export { browserEdgeFetch, type EdgeFetchOptions } from './ports/edge-fetch.js';
export { browserLinks, type LinksOptions } from './ports/links.js';
export { browserTrackerSockets } from './ports/tracker-socket.js';
