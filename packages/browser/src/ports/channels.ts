/** The two channels of a link: control in order, pieces as they come; both reliable. */
import type { LinkEvents } from '@shoal/host';

export interface Channels {
  isUp(): boolean;
  /** The path is there, and the channels open in a moment: time to ask how long it is. */
  connected(): void;
  sendControl(frame: Uint8Array): void;
  sendPiece(frame: Uint8Array): void;
  /** Nothing is received or drained from now on. */
  close(): void;
}

/** Both sides name the channels beforehand, which saves a round trip. */
export function createChannels(connection: RTCPeerConnection, events: LinkEvents): Channels {
  const control = connection.createDataChannel('control', { negotiated: true, id: 0 });
  const pieces = connection.createDataChannel('pieces', {
    negotiated: true,
    id: 1,
    ordered: false,
  });
  let state: 'opening' | 'up' | 'over' = 'opening';
  let rtt: Promise<number> | undefined;
  const connected = (): void => {
    rtt ??= measureRtt(connection);
  };
  const opened = (): void => {
    if (control.readyState !== 'open' || pieces.readyState !== 'open') return;
    connected();
    void rtt?.then((rttMs) => {
      if (state !== 'opening') return;
      state = 'up';
      events.up(rttMs);
      for (const deliver of early.splice(0)) deliver();
    });
  };
  /** Frames that came before this side has said `up` wait for it. */
  const early: (() => void)[] = [];
  const receive = (deliver: () => void): void => {
    if (state === 'up') deliver();
    else if (state === 'opening' && early.length < EARLY_MAX) early.push(deliver);
  };
  for (const channel of [control, pieces]) {
    channel.binaryType = 'arraybuffer';
    channel.onopen = opened;
    channel.onclose = channel.onerror = () => events.down();
  }
  control.onmessage = ({ data }) => receive(() => events.control(frameOf(data)));
  pieces.onmessage = ({ data }) => receive(() => events.piece(frameOf(data)));
  const sent = countDrain(pieces, (bytes) => {
    if (state === 'up') events.drained(bytes);
  });
  return {
    isUp: () => state === 'up',
    connected,
    sendControl: (frame) => void send(control, frame),
    sendPiece(frame) {
      if (send(pieces, frame)) sent(frame.length);
    },
    close() {
      state = 'over';
    },
  };
}

/** Text is not our wire: an empty frame is one that no decoder accepts. */
export function frameOf(data: unknown): Uint8Array {
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array();
}

/**
 * A channel that is not open throws, and so does a full send buffer; the window over all links
 * keeps far below it.
 */
function send(channel: RTCDataChannel, frame: Uint8Array): boolean {
  try {
    channel.send(frame as Uint8Array<ArrayBuffer>);
    return true;
  } catch {
    return false;
  }
}

/**
 * Says how much has left the send buffer: about every piece, by moving the mark at which the
 * browser tells. Returns what must be told of bytes that were sent.
 */
function countDrain(
  channel: RTCDataChannel,
  drained: (bytes: number) => void,
): (bytes: number) => void {
  let outstanding = 0;
  const mark = (): void => {
    channel.bufferedAmountLowThreshold = Math.max(0, channel.bufferedAmount - DRAIN_STEP);
  };
  const look = (): void => {
    const gone = outstanding - channel.bufferedAmount;
    outstanding -= gone;
    mark();
    if (gone > 0) drained(gone);
  };
  channel.onbufferedamountlow = look;
  return (bytes) => {
    outstanding += bytes;
    mark();
    // What was handed on at once never sits in the buffer, so the browser would not tell.
    if (channel.bufferedAmount === 0) queueMicrotask(look);
  };
}

/** From the connection's own checks; 0 when it does not say. */
async function measureRtt(connection: RTCPeerConnection): Promise<number> {
  let rttMs = 0;
  const report = await connection.getStats().catch(() => undefined);
  report?.forEach((stats: RTCIceCandidatePairStats) => {
    if (stats.type !== 'candidate-pair' || !stats.nominated) return;
    rttMs = Math.max(rttMs, (stats.currentRoundTripTime ?? 0) * 1000);
  });
  return rttMs;
}

const DRAIN_STEP = 16_384;
/** A hello and what may follow it at once. */
const EARLY_MAX = 256;
