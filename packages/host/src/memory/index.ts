/**
 * Memory twins of all ports: engines can talk in one process, under a clock that is told the time.
 */
export { createMemoryClock, type MemoryClock } from './clock.js';
export { createMemoryCrypto, type MemoryCrypto } from './crypto.js';
export { createMemoryEdge, type MemoryEdge, type MemoryEdgeOptions } from './edge.js';
export { createMemoryNetwork, type MemoryNetwork, type MemoryNetworkOptions } from './links.js';
export {
  createMemorySockets,
  type MemoryCaller,
  type MemoryListener,
  type MemoryTrackerOptions,
} from './tracker-sockets.js';
