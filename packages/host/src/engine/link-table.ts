/** The links of a machine: frames in and out, and the bytes of pieces that wait to be checked. */

import { isShoalError } from '@shoal/core/errors';
import type { ArrivalId, PeerInput } from '@shoal/core/peer';
import type { PeerId } from '@shoal/core/units';
import {
  decodeLinkMessage,
  decodePieceFrame,
  encodeLinkMessage,
  encodePieceFrame,
  type LinkMessage,
  type PieceHeader,
} from '@shoal/core/wire';
import type { Link, LinkEvents, Links } from '../ports/links.js';
import { createSignalBox } from './signal-box.js';

export interface LinkTable {
  open(peer: PeerId, offer: boolean): void;
  close(peer: PeerId): void;
  send(peer: PeerId, message: LinkMessage): void;
  sendPiece(peer: PeerId, piece: PieceHeader, bytes: Uint8Array): void;
  /** A signal from the tracker; kept a while when its link is not open yet. */
  signal(peer: PeerId, payload: string): void;
  /** Takes the bytes of an arrival out. */
  take(arrival: ArrivalId): Uint8Array | undefined;
  /** Links that are up. */
  count(): number;
  /** Links that are being set up. */
  pending(): number;
  clear(): void;
}

export interface LinkTableParts {
  /** Undefined: this world cannot link, and every link ends at once. */
  readonly links: Links | undefined;
  feed(input: PeerInput): void;
  relay(peer: PeerId, payload: string): void;
}

/**
 * Pieces received and not yet checked, over all links: 16 MiB. A peer that makes it more is cut
 * off.
 */
export const ARRIVALS_MAX = 1024;

interface Entry {
  readonly link: Link;
  up: boolean;
  /** Frames in the send buffer, oldest first: their bytes on the wire, and those of the piece. */
  readonly sent: { frame: number; readonly piece: number }[];
}

export function createLinkTable({ links, feed, relay }: LinkTableParts): LinkTable {
  const entries = new Map<PeerId, Entry>();
  const arrivals = new Map<ArrivalId, Uint8Array>();
  const box = createSignalBox();
  let nextArrival = 1;

  const receive = (peer: PeerId, read: () => void): void => {
    try {
      read();
    } catch (thrown) {
      if (!isShoalError(thrown, 'wire/violation')) throw thrown;
      feed({ type: 'violation', peer });
    }
  };
  const receivePiece = (peer: PeerId, frame: Uint8Array): void => {
    const { header, payload } = decodePieceFrame(frame);
    if (arrivals.size >= ARRIVALS_MAX) {
      feed({ type: 'violation', peer });
      return;
    }
    const arrival = nextArrival++;
    arrivals.set(arrival, payload);
    feed({ type: 'piece', peer, ...header, bytes: payload.length, arrival });
  };
  const eventsOf = (peer: PeerId, entry: () => Entry | undefined): LinkEvents => ({
    up(rttMs) {
      const mine = entry();
      if (mine === undefined) return;
      mine.up = true;
      feed({ type: 'link-up', peer, rttMs });
    },
    down() {
      if (entry() === undefined) return;
      entries.delete(peer);
      feed({ type: 'link-down', peer });
    },
    control(frame) {
      if (entry() === undefined) return;
      receive(peer, () => feed({ type: 'message', peer, message: decodeLinkMessage(frame) }));
    },
    piece(frame) {
      if (entry() !== undefined) receive(peer, () => receivePiece(peer, frame));
    },
    drained(bytes) {
      const pieces = settle(entry()?.sent ?? [], bytes);
      if (pieces > 0) feed({ type: 'drained', peer, bytes: pieces });
    },
    signal(payload) {
      if (entry() !== undefined) relay(peer, payload);
    },
  });
  const close = (peer: PeerId): void => {
    const entry = entries.get(peer);
    entries.delete(peer);
    entry?.link.close();
  };
  return {
    open(peer, offer) {
      if (links === undefined) {
        feed({ type: 'link-down', peer });
        return;
      }
      close(peer);
      let mine: Entry | undefined;
      const current = (): Entry | undefined => (entries.get(peer) === mine ? mine : undefined);
      mine = { link: links.open(peer, offer, eventsOf(peer, current)), up: false, sent: [] };
      entries.set(peer, mine);
      for (const payload of box.take(peer)) mine.link.signal(payload);
    },
    close,
    send: (peer, message) => entries.get(peer)?.link.sendControl(encodeLinkMessage(message)),
    sendPiece(peer, piece, bytes) {
      const entry = entries.get(peer);
      if (entry === undefined || !entry.up) return;
      const frame = encodePieceFrame(piece, bytes);
      entry.sent.push({ frame: frame.length, piece: bytes.length });
      entry.link.sendPiece(frame);
    },
    signal(peer, payload) {
      const entry = entries.get(peer);
      if (entry === undefined) box.put(peer, payload);
      else entry.link.signal(payload);
    },
    take(arrival) {
      const bytes = arrivals.get(arrival);
      arrivals.delete(arrival);
      return bytes;
    },
    count: () => [...entries.values()].filter((entry) => entry.up).length,
    pending: () => [...entries.values()].filter((entry) => !entry.up).length,
    clear() {
      for (const peer of [...entries.keys()]) close(peer);
      arrivals.clear();
    },
  };
}

/**
 * Takes `bytes` off the front of what was sent; returns the bytes of pieces whose frames are wholly
 * gone.
 */
function settle(sent: { frame: number; readonly piece: number }[], bytes: number): number {
  let left = bytes;
  let pieces = 0;
  for (let first = sent[0]; first !== undefined && left > 0; first = sent[0]) {
    const part = Math.min(left, first.frame);
    first.frame -= part;
    left -= part;
    if (first.frame > 0) break;
    pieces += first.piece;
    sent.shift();
  }
  return pieces;
}
