/** The links of a machine, by peer: frames decoded and encoded, drained bytes counted in pieces. */
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
import type { Clock } from '../ports/clock.js';
import type { Link, LinkEvents, Links } from '../ports/links.js';
import { decoded } from './decoding.js';
import { createSignalBox } from './signal-box.js';
import type { NeighbourStats } from './stats.js';

export interface LinkTable {
  open(peer: PeerId, offer: boolean): void;
  close(peer: PeerId): void;
  send(peer: PeerId, message: LinkMessage): void;
  sendPiece(peer: PeerId, piece: PieceHeader, bytes: Uint8Array): void;
  /** A signal from the tracker; kept a while when its link is not open yet. */
  signal(peer: PeerId, payload: string): void;
  /** Takes the bytes of an arrival out. */
  take(arrival: ArrivalId): Uint8Array | undefined;
  /** Undefined while its link is not up. */
  neighbour(peer: PeerId | undefined): Neighbour | undefined;
  neighbours(): readonly Neighbour[];
  clear(): void;
}

/** The figures of a link that is up. */
export type Neighbour = { -readonly [Key in keyof NeighbourStats]: NeighbourStats[Key] };

export interface LinkTableParts {
  /** Undefined: this world cannot link, and every link ends at once. */
  readonly links: Links | undefined;
  readonly clock: Clock;
  feed(input: PeerInput): void;
  relay(peer: PeerId, payload: string): void;
}

interface Entry {
  link: Link | undefined;
  /** Undefined before it is up. */
  neighbour: Neighbour | undefined;
  readonly sent: Sent[];
}

/** A frame in the send buffer: its bytes left there, and those of its piece. */
interface Sent {
  frame: number;
  readonly piece: number;
}

/** Pieces that came from peers and wait to be checked: 16 MiB. Who sends one more is cut off. */
export const ARRIVALS_MAX = 1024;

export function createLinkTable(parts: LinkTableParts): LinkTable {
  const table = new Map<PeerId, Entry>();
  const arrivals = new Map<ArrivalId, Uint8Array>();
  const box = createSignalBox();
  let last: ArrivalId = 0;
  const close = (peer: PeerId): void => {
    table.get(peer)?.link?.close();
    table.delete(peer);
  };
  const keep = (bytes: Uint8Array): ArrivalId | undefined => {
    if (arrivals.size >= ARRIVALS_MAX) return undefined;
    arrivals.set(++last, bytes);
    return last;
  };
  return {
    open(peer, offer) {
      close(peer);
      const entry: Entry = { link: undefined, neighbour: undefined, sent: [] };
      const down = (): void => {
        table.delete(peer);
        parts.feed({ type: 'link-down', peer });
      };
      const link = parts.links?.open(peer, offer, { down, ...eventsOf(parts, peer, entry, keep) });
      if (!link) return down();
      entry.link = link;
      table.set(peer, entry);
      box.take(peer).forEach(link.signal);
    },
    close,
    send: (peer, message) => table.get(peer)?.link?.sendControl(encodeLinkMessage(message)),
    sendPiece(peer, piece, bytes) {
      const entry = table.get(peer);
      if (!entry?.neighbour) return;
      const frame = encodePieceFrame(piece, bytes);
      entry.sent.push({ frame: frame.length, piece: bytes.length });
      entry.link?.sendPiece(frame);
    },
    signal(peer, payload) {
      const entry = table.get(peer);
      if (entry) entry.link?.signal(payload);
      else box.put(peer, payload);
    },
    take(arrival) {
      const bytes = arrivals.get(arrival);
      arrivals.delete(arrival);
      return bytes;
    },
    neighbour: (peer = '') => table.get(peer)?.neighbour,
    neighbours: () =>
      [...table.values()].flatMap(({ neighbour }) => (neighbour ? [{ ...neighbour }] : [])),
    clear: () => [...table.keys()].forEach(close),
  };
}

/** `keep` gives a piece's bytes a number, unless too many wait already. */
function eventsOf(
  { clock, feed, relay }: LinkTableParts,
  peer: PeerId,
  entry: Entry,
  keep: (bytes: Uint8Array) => ArrivalId | undefined,
): Omit<LinkEvents, 'down'> {
  const hear = (input: () => PeerInput | undefined): void =>
    feed(decoded(input) ?? { type: 'violation', peer });
  return {
    up(rttMs) {
      const figures = { received: 0, sent: 0, corrupt: 0 };
      entry.neighbour = { peer, rttMs, connectedAt: clock.now(), ...figures };
      feed({ type: 'link-up', peer, rttMs });
    },
    control: (frame) => hear(() => ({ type: 'message', peer, message: decodeLinkMessage(frame) })),
    piece: (frame) =>
      hear(() => {
        const { header, payload } = decodePieceFrame(frame);
        const arrival = keep(payload);
        if (!arrival) return undefined;
        return { type: 'piece', peer, ...header, bytes: payload.length, arrival };
      }),
    drained(bytes) {
      const pieces = settle(entry.sent, bytes);
      if (pieces > 0) feed({ type: 'drained', peer, bytes: pieces });
    },
    signal: (payload) => relay(peer, payload),
  };
}

/** Takes `bytes` off the front of what was sent; gives those of pieces whose frames are gone. */
function settle(sent: Sent[], bytes: number): number {
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
