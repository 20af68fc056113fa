/**
 * Signals that came before their link was opened: a peer may speak before this side has decided to
 * listen.
 */
import type { PeerId } from '@shoal/core/units';

export interface SignalBox {
  put(peer: PeerId, payload: string): void;
  /** Takes all signals of `peer`, oldest first. */
  take(peer: PeerId): readonly string[];
}

/** Peers and signals a peer that are kept; the peer that was silent longest goes first. */
export const SIGNAL_BOX = { peers: 32, signals: 16 } as const;

export function createSignalBox(): SignalBox {
  const kept = new Map<PeerId, string[]>();
  return {
    put(peer, payload) {
      const list = kept.get(peer) ?? [];
      if (list.length >= SIGNAL_BOX.signals) return;
      kept.delete(peer);
      kept.set(peer, [...list, payload]);
      const oldest = kept.keys().next();
      if (kept.size > SIGNAL_BOX.peers && !oldest.done) kept.delete(oldest.value);
    },
    take(peer) {
      const list = kept.get(peer) ?? [];
      kept.delete(peer);
      return list;
    },
  };
}
