/** The two channels of a link: control in order, pieces as they come; both reliable. */
import type { LinkEvents } from '@shoal/host';

export interface Channels {
  isUp(): boolean;
  /** The path is there, and the channels open in a moment: time to ask how long it is. */
  connected(): void;
  sendControl(frame: Uint8Array): void;
  sendPiece(frame: Uint8Array): void;
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
    channel.onclose = () => events.down();
    channel.onerror = () => events.down();
  }
  control.onmessage = ({ data }) => receive(() => events.control(frameOf(data)));
  pieces.onmessage = ({ data }) => receive(() => events.piece(frameOf(data)));
  const drain = createDrain(pieces, events);
  return {
    isUp: () => state === 'up',
    connected,
    sendControl: (frame) => send(control, frame),
    sendPiece(frame) {
      if (send(pieces, frame)) drain.sent(frame.length);
    },
    close() {
      state = 'over';
      for (const channel of [control, pieces]) {
        channel.onopen = channel.onclose = channel.onerror = channel.onmessage = null;
      }
      pieces.onbufferedamountlow = null;
    },
  };
}

/** Text is not our wire: an empty frame is one that no decoder accepts. */
function frameOf(data: unknown): Uint8Array {
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array();
}

/** A full send buffer throws; the window over all links keeps far below it. */
function send(channel: RTCDataChannel, frame: Uint8Array): boolean {
  if (channel.readyState !== 'open') return false;
  try {
    channel.send(frame as Uint8Array<ArrayBuffer>);
    return true;
  } catch {
    return false;
  }
}

/**
 * Says how much has left the send buffer: about every piece, by moving the mark at which the
 * browser tells.
 */
function createDrain(channel: RTCDataChannel, events: LinkEvents): { sent(bytes: number): void } {
  let outstanding = 0;
  const mark = (): void => {
    channel.bufferedAmountLowThreshold = Math.max(0, channel.bufferedAmount - DRAIN_STEP);
  };
  const drained = (): void => {
    const gone = outstanding - channel.bufferedAmount;
    outstanding -= gone;
    mark();
    if (gone > 0) events.drained(gone);
  };
  channel.onbufferedamountlow = drained;
  return {
    sent(bytes) {
      outstanding += bytes;
      mark();
      // What was handed on at once never sits in the buffer, so the browser would not tell.
      if (channel.bufferedAmount === 0) queueMicrotask(drained);
    },
  };
}

/** From the connection's own checks; 0 when it does not say. */
async function measureRtt(connection: RTCPeerConnection): Promise<number> {
  try {
    const report = await connection.getStats();
    let rttMs = 0;
    report.forEach((stats: RTCIceCandidatePairStats) => {
      if (stats.type !== 'candidate-pair' || !stats.nominated) return;
      rttMs = Math.max(rttMs, (stats.currentRoundTripTime ?? 0) * 1000);
    });
    return rttMs;
  } catch {
    return 0;
  }
}

const DRAIN_STEP = 16_384;
/** A hello and what may follow it at once. */
const EARLY_MAX = 256;
