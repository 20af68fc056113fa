/**
 * Sets a connection up by reduced signals: a description each way, and candidates as they are
 * found.
 */
import {
  CANDIDATES_MAX,
  type Candidate,
  candidateAttribute,
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
  failed(): void;
}

export interface Negotiation {
  signal(payload: string): void;
  close(): void;
}

export function createNegotiation(
  connection: RTCPeerConnection,
  offer: boolean,
  parts: NegotiationParts,
): Negotiation {
  const found = gather(connection, parts.send);
  const foreign: Candidate[] = [];
  let accepted = 0;
  let over = false;
  /** One step after the other, as the connection demands. */
  let steps: Promise<void> = Promise.resolve();
  const then = (step: () => Promise<void>): void => {
    steps = steps.then(async () => {
      if (!over) await step();
    });
    steps = steps.catch(() => {
      if (!over) parts.failed();
    });
  };

  const describe = async (kind: 'offer' | 'answer'): Promise<void> => {
    await connection.setLocalDescription();
    const description = reduceSdp(kind, connection.localDescription?.sdp ?? '');
    if (!description) throw new Error('the browser wrote a description without keys');
    if (!over) found.begin(description);
  };
  const admit = async (): Promise<void> => {
    if (connection.remoteDescription === null) return;
    for (const candidate of foreign.splice(0)) {
      const init = { candidate: candidateAttribute(candidate), sdpMid: '0', sdpMLineIndex: 0 };
      await connection.addIceCandidate(init).catch(() => {});
    }
  };
  const signal = (payload: string): void => {
    const decoded = decodeSignal(payload);
    if (!decoded || over) return;
    for (const candidate of decoded.candidates) {
      if (accepted >= CANDIDATES_MAX || !isAcceptable(candidate, parts.privateAddresses)) continue;
      accepted++;
      foreign.push(candidate);
    }
    const { description } = decoded;
    then(async () => {
      const expected = offer ? 'answer' : 'offer';
      if (description?.kind === expected && connection.remoteDescription === null) {
        await connection.setRemoteDescription({ type: expected, sdp: rebuildSdp(description) });
        if (!offer) await describe('answer');
      }
      await admit();
    });
  };
  if (offer) then(() => describe('offer'));
  return {
    signal,
    close() {
      over = true;
      found.close();
    },
  };
}

/**
 * Sends the description at once and candidates in small batches: each signal is a message through
 * the tracker.
 */
function gather(connection: RTCPeerConnection, send: (payload: string) => void) {
  let state: 'before' | 'open' | 'over' = 'before';
  let batch: Candidate[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    const candidates = batch.splice(0, CANDIDATES_MAX);
    batch = [];
    if (state === 'open' && candidates.length > 0) {
      send(encodeSignal({ description: undefined, candidates }));
    }
  };
  connection.onicecandidate = ({ candidate }) => {
    const parsed = parseCandidate(candidate?.candidate ?? '');
    if (!parsed || state === 'over') return;
    batch.push(parsed);
    if (state === 'open') timer ??= setTimeout(flush, BATCH_MS);
  };
  return {
    begin(description: NonNullable<ReturnType<typeof reduceSdp>>) {
      state = 'open';
      send(encodeSignal({ description, candidates: batch.splice(0, CANDIDATES_MAX) }));
    },
    close() {
      state = 'over';
      clearTimeout(timer);
      connection.onicecandidate = null;
    },
  };
}

const BATCH_MS = 5;
