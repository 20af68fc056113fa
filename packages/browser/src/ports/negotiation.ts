/**
 * Sets a connection up by reduced signals: a description each way, and candidates as they are
 * found.
 */
import {
  CANDIDATES_MAX,
  type Candidate,
  candidateAttribute,
  type Description,
  decodeSignal,
  encodeSignal,
  isAcceptable,
  parseCandidate,
  rebuildSdp,
  reduceSdp,
} from '@shoal/host';

export interface NegotiationParts {
  readonly privateAddresses: boolean;
  send(payload: string): void;
  /** It will not come up. Called too when the connection is closed meanwhile. */
  failed(): void;
}

/** Returns what takes the other side's signals. */
export function negotiate(
  connection: RTCPeerConnection,
  offer: boolean,
  { privateAddresses, send, failed }: NegotiationParts,
): (payload: string) => void {
  const describe = sendOurs(connection, send);
  const foreign: Candidate[] = [];
  let accepted = 0;
  /** One step after the other, as the connection demands. */
  let steps = offer ? describe('offer').catch(failed) : Promise.resolve();

  const admit = async (description: Description | undefined): Promise<void> => {
    const expected = offer ? 'answer' : 'offer';
    if (description?.kind === expected && connection.remoteDescription === null) {
      await connection.setRemoteDescription({ type: expected, sdp: rebuildSdp(description) });
      if (!offer) await describe('answer');
    }
    if (connection.remoteDescription === null) return;
    for (const candidate of foreign.splice(0)) {
      const init = { candidate: candidateAttribute(candidate), sdpMid: '0' };
      await connection.addIceCandidate(init).catch(() => {});
    }
  };
  return (payload) => {
    const decoded = decodeSignal(payload);
    if (!decoded) return;
    for (const candidate of decoded.candidates) {
      if (accepted >= CANDIDATES_MAX || !isAcceptable(candidate, privateAddresses)) continue;
      accepted++;
      foreign.push(candidate);
    }
    steps = steps.then(() => admit(decoded.description)).catch(failed);
  };
}

/**
 * Sends the description at once and candidates in small batches: each signal is a message through
 * the tracker. Returns what describes this side.
 */
function sendOurs(
  connection: RTCPeerConnection,
  send: (payload: string) => void,
): (kind: Description['kind']) => Promise<void> {
  const batch: Candidate[] = [];
  let described = false;
  const flush = (description?: Description): void => {
    const candidates = batch.splice(0).slice(0, CANDIDATES_MAX);
    send(encodeSignal({ description, candidates }));
  };
  connection.onicecandidate = ({ candidate }) => {
    const parsed = parseCandidate(candidate?.candidate ?? '');
    if (!parsed) return;
    batch.push(parsed);
    if (described && batch.length === 1) setTimeout(flush, BATCH_MS);
  };
  return async (kind) => {
    await connection.setLocalDescription();
    const description = reduceSdp(kind, connection.localDescription?.sdp ?? '');
    if (!description) throw new Error('no keys');
    described = true;
    flush(description);
  };
}

const BATCH_MS = 5;
