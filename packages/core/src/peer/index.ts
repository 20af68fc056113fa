/** The peer machine that browsers, Node.js and the simulator run. */
export {
  type ConnectConfig,
  checkConfig,
  DEFAULT_PEER,
  type EdgeConfig,
  type KeepConfig,
  type PeerConfig,
  type RepairConfig,
  type SessionConfig,
} from './config.js';
export type {
  ArrivalId,
  FetchId,
  FetchWhy,
  PeerEvent,
  PeerInput,
  PeerOutput,
  PeerStart,
  PeerWhy,
  RequestId,
  Unchecked,
} from './contract.js';
export { LIMITS } from './limits.js';
export { createPeer, type PeerMachine } from './peer.js';
export type { PeerReason, PeerStats } from './stats.js';
