/** The tracker machine: admits peers, introduces and plans them, relays signalling. */
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
