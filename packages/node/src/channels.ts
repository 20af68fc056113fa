/**
 * The two channels of a link: control in order, pieces as they come; both reliable and agreed
 * beforehand.
 */
import type { LinkEvents } from '@shoal/host';
import type { DataChannel, PeerConnection } from 'node-datachannel';

export interface Channels {
  sendControl(frame: Uint8Array): void;
  sendPiece(frame: Uint8Array): void;
}

export function openChannels(
  connection: PeerConnection,
  events: LinkEvents,
  isOver: () => boolean,
): Channels {
  const control = connection.createDataChannel('control', { negotiated: true, id: 0 });
  const options = { negotiated: true, id: 1, unordered: true };
  const pieces = connection.createDataChannel('pieces', options);
  let isUp = false;
  /** Frames that came before this side has said `up` wait for it. */
  const early: (() => void)[] = [];
  const opened = (): void => {
    if (isUp || isOver() || !control.isOpen() || !pieces.isOpen()) return;
    isUp = true;
    events.up(0);
    for (const deliver of early.splice(0)) deliver();
  };
  const receive = (deliver: () => void): void => {
    if (isOver()) return;
    if (isUp) deliver();
    else if (early.length < EARLY_MAX) early.push(deliver);
  };
  for (const channel of [control, pieces]) {
    channel.onOpen(opened);
    channel.onClosed(events.down);
    channel.onError(events.down);
  }
  control.onMessage((data) => receive(() => events.control(frameOf(data))));
  pieces.onMessage((data) => receive(() => events.piece(frameOf(data))));
  const drain = createDrain(pieces, events, isOver);
  return {
    sendControl(frame) {
      if (isUp && !isOver()) send(control, frame);
    },
    sendPiece(frame) {
      if (isUp && !isOver() && send(pieces, frame)) drain(frame.length);
    },
  };
}

const EARLY_MAX = 256;
/**
 * The library tells only when its buffer falls under a mark; looking is simpler, and as fine as the
 * window needs.
 */
const LOOK_MS = 10;

/** Says how much has left the send buffer, while there is any. */
function createDrain(
  channel: DataChannel,
  events: LinkEvents,
  isOver: () => boolean,
): (sent: number) => void {
  let outstanding = 0;
  let looking = false;
  const look = (): void => {
    looking = false;
    if (isOver()) return;
    const gone = outstanding - channel.bufferedAmount();
    outstanding -= gone;
    if (outstanding > 0) lookIn(LOOK_MS);
    if (gone > 0) events.drained(gone);
  };
  const lookIn = (ms: number): void => {
    if (!looking) setTimeout(look, ms);
    looking = true;
  };
  return (sent) => {
    outstanding += sent;
    lookIn(1);
  };
}

function send(channel: DataChannel, frame: Uint8Array): boolean {
  try {
    channel.sendMessageBinary(frame);
    return true;
  } catch {
    return false;
  }
}

/** Text is not our wire: an empty frame is one that no decoder accepts. */
function frameOf(data: string | Buffer | ArrayBuffer): Uint8Array {
  if (typeof data === 'string') return new Uint8Array();
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
