/** Signalling between two peers as short text, whatever WebRTC stack each of them has. */
export { type AddressKind, addressKind } from './address.js';
export {
  CANDIDATES_MAX,
  type Candidate,
  candidateAttribute,
  isAcceptable,
  parseCandidate,
} from './candidate.js';
export { type Description, rebuildSdp, reduceSdp } from './description.js';
export { decodeSignal, encodeSignal, SIGNAL_MAX, type Signal } from './signal.js';
