/** What one viewer counts, for the report. */
import type { PeerEvent } from '@shoal/core/peer';
import { Bytes, type Ms, type PeerId } from '@shoal/core/units';

export interface ViewerFigures {
  steps: number;
  sentBytes: Bytes;
  /** Good bytes of others, and from whom. */
  gotBytes: Bytes;
  readonly gotFrom: Map<PeerId, Bytes>;
  wastedEdge: Bytes;
  wastedPeer: Bytes;
  corrupt: number;
  unverifiedDelivered: number;
  /** Bytes that edge fetches brought, by reason. */
  readonly edgeByWhy: Record<string, Bytes>;
  /** Of each live part: from publication to the last verified piece. */
  readonly completeMs: Ms[];
}

/** All zero. */
export function newFigures(): ViewerFigures {
  return {
    steps: 0,
    sentBytes: 0,
    gotBytes: Bytes(0),
    gotFrom: new Map(),
    wastedEdge: 0,
    wastedPeer: 0,
    corrupt: 0,
    unverifiedDelivered: 0,
    edgeByWhy: {},
    completeMs: [],
  };
}

/** Takes what an event says into account. */
export function countEvent(figures: ViewerFigures, event: PeerEvent): void {
  if (event.type === 'piece-corrupt') figures.corrupt += 1;
  if (event.type !== 'piece-wasted') return;
  if (event.source === 'edge') figures.wastedEdge += event.bytes;
  else figures.wastedPeer += event.bytes;
}

/** Takes a good piece of another viewer into account. */
export function countPiece(figures: ViewerFigures, from: PeerId, bytes: Bytes): void {
  figures.gotBytes += bytes;
  figures.gotFrom.set(from, Bytes((figures.gotFrom.get(from) ?? 0) + bytes));
}
