/** The tracker machine: admits peers, introduces and plans them, relays signalling. */
export type { ConnectionId, TrackerInput, TrackerOutput, TrackerWhy } from './contract.js';
