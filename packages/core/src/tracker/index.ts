/** The tracker machine: admits peers, introduces and plans them, relays signalling. */
export { DEFAULT_TRACKER, type TrackerConfig } from './config.js';
export type {
  ClusterSnapshot,
  ConnectionId,
  MemberSnapshot,
  RenditionSnapshot,
  StreamSnapshot,
  StreamTotals,
  TrackerInput,
  TrackerOutput,
  TrackerSnapshot,
  TrackerWhy,
} from './contract.js';
export { createTracker, type TrackerStart } from './tracker.js';
