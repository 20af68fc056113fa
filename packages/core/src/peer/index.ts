/** The peer machine that browsers, Node.js and the simulator run. */
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
