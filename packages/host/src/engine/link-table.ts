/** The links of a machine, by peer. */
import type { ArrivalId, PeerInput } from '@shoal/core/peer';
import type { PeerId } from '@shoal/core/units';
import type { LinkMessage, PieceHeader } from '@shoal/core/wire';
import type { Links } from '../ports/links.js';
import { createArrivals } from './arrivals.js';
import { type EngineLink, openEngineLink } from './engine-link.js';
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
  /** Links that are up, and all of them. */
  count(): { readonly up: number; readonly all: number };
  clear(): void;
}

export interface LinkTableParts {
  /** Undefined: this world cannot link, and every link ends at once. */
  readonly links: Links | undefined;
  feed(input: PeerInput): void;
  relay(peer: PeerId, payload: string): void;
}

export function createLinkTable({ links, feed, relay }: LinkTableParts): LinkTable {
  const table = new Map<PeerId, EngineLink>();
  const arrivals = createArrivals();
  const box = createSignalBox();
  const gone = (peer: PeerId): void => void table.delete(peer);
  const close = (peer: PeerId): void => {
    table.get(peer)?.close();
    table.delete(peer);
  };
  return {
    open(peer, offer) {
      if (!links) {
        feed({ type: 'link-down', peer });
        return;
      }
      close(peer);
      const link = openEngineLink({ links, arrivals, feed, relay, gone }, peer, offer);
      table.set(peer, link);
      for (const payload of box.take(peer)) link.hear(payload);
    },
    close,
    send: (peer, message) => table.get(peer)?.send(message),
    sendPiece: (peer, piece, bytes) => table.get(peer)?.sendPiece(piece, bytes),
    signal(peer, payload) {
      const link = table.get(peer);
      if (!link) box.put(peer, payload);
      else link.hear(payload);
    },
    take: arrivals.take,
    count: () => ({
      up: [...table.values()].filter((link) => link.isUp()).length,
      all: table.size,
    }),
    clear() {
      [...table.keys()].forEach(close);
      arrivals.clear();
    },
  };
}
