/** One link of an engine: frames decoded and encoded, and drained bytes counted in pieces. */
import type { PeerInput } from '@shoal/core/peer';
import type { PeerId } from '@shoal/core/units';
import {
  decodeLinkMessage,
  decodePieceFrame,
  encodeLinkMessage,
  encodePieceFrame,
  type LinkMessage,
  type PieceHeader,
} from '@shoal/core/wire';
import type { Link, Links } from '../ports/links.js';
import type { Arrivals } from './arrivals.js';
import { decoded } from './decoding.js';

export interface EngineLinkParts {
  readonly links: Links;
  readonly arrivals: Arrivals;
  feed(input: PeerInput): void;
  relay(peer: PeerId, payload: string): void;
  /** The link went down by itself. */
  gone(peer: PeerId): void;
}

export interface EngineLink {
  isUp(): boolean;
  close(): void;
  send(message: LinkMessage): void;
  sendPiece(piece: PieceHeader, bytes: Uint8Array): void;
  /** A signal that came for it. */
  hear(payload: string): void;
}

export function openEngineLink(parts: EngineLinkParts, peer: PeerId, offer: boolean): EngineLink {
  /** Frames in the send buffer, oldest first: their bytes on the wire, and those of the piece. */
  const sent: { frame: number; readonly piece: number }[] = [];
  let state: 'opening' | 'up' | 'over' = 'opening';
  const isUp = (): boolean => state === 'up';
  /** Nothing is heard of a link that is over. */
  const feed = (input: () => PeerInput | undefined): void => {
    if (state !== 'over') parts.feed(decoded(input) ?? { type: 'violation', peer });
  };
  const link: Link = parts.links.open(peer, offer, {
    up(rttMs) {
      if (state === 'opening') state = 'up';
      feed(() => ({ type: 'link-up', peer, rttMs }));
    },
    down() {
      if (state === 'over') return;
      state = 'over';
      parts.gone(peer);
      parts.feed({ type: 'link-down', peer });
    },
    control: (frame) => feed(() => ({ type: 'message', peer, message: decodeLinkMessage(frame) })),
    piece: (frame) =>
      feed(() => {
        const { header, payload } = decodePieceFrame(frame);
        const arrival = parts.arrivals.add(payload);
        if (!arrival) return undefined;
        return { type: 'piece', peer, ...header, bytes: payload.length, arrival };
      }),
    drained(bytes) {
      const pieces = settle(sent, bytes);
      if (pieces > 0) feed(() => ({ type: 'drained', peer, bytes: pieces }));
    },
    signal(payload) {
      if (state !== 'over') parts.relay(peer, payload);
    },
  });
  return {
    isUp,
    close() {
      state = 'over';
      link.close();
    },
    send: (message) => link.sendControl(encodeLinkMessage(message)),
    sendPiece(piece, bytes) {
      if (!isUp()) return;
      const frame = encodePieceFrame(piece, bytes);
      sent.push({ frame: frame.length, piece: bytes.length });
      link.sendPiece(frame);
    },
    hear: (payload) => link.signal(payload),
  };
}

/** Takes `bytes` off the front of what was sent; gives those of pieces whose frames are gone. */
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
