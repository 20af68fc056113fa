/** The demo's arithmetic: rates and shares from counters that only grow. */

/** One viewer's counters at one moment, as its engine reports them. */
export interface Reading {
  readonly self: string | undefined;
  readonly http: number;
  readonly p2p: number;
  readonly uploaded: number;
  readonly peers: number;
  readonly corrupt: number;
  readonly why: string;
  /** Bytes received from each linked peer so far. */
  readonly from: ReadonlyMap<string, number>;
}

/** Sums over all viewers at one moment, viewers that have left included. */
export interface Totals {
  readonly atMs: number;
  readonly http: number;
  readonly p2p: number;
  readonly viewers: number;
}

export interface Figures {
  /** Peer bytes of all media bytes, 0 to 1; undefined until a byte has moved. */
  readonly offload: number | undefined;
  /** The share that no swarm of this size can beat: one copy for all. */
  readonly limit: number | undefined;
  /** Copies of the stream that the edge sends. */
  readonly copies: number | undefined;
  /** Bits per second. */
  readonly edgeRate: number;
  readonly peerRate: number;
}

/** Figures over the span between two moments. */
export function figuresBetween(before: Totals, after: Totals): Figures {
  const http = Math.max(0, after.http - before.http);
  const p2p = Math.max(0, after.p2p - before.p2p);
  const all = http + p2p;
  const seconds = Math.max(0.001, (after.atMs - before.atMs) / 1000);
  const { viewers } = after;
  return {
    offload: all > 0 ? p2p / all : undefined,
    limit: viewers > 0 ? 1 - 1 / viewers : undefined,
    copies: all > 0 ? (http * viewers) / all : undefined,
    edgeRate: (http * 8) / seconds,
    peerRate: (p2p * 8) / seconds,
  };
}

/** Bytes that moved between two readings of one viewer, from the edge and from each peer. */
export function flows(
  before: Reading | undefined,
  after: Reading,
): { edge: number; peers: ReadonlyMap<string, number> } {
  const peers = new Map<string, number>();
  for (const [peer, bytes] of after.from) {
    const moved = bytes - (before?.from.get(peer) ?? 0);
    if (moved > 0) peers.set(peer, moved);
  }
  return { edge: Math.max(0, after.http - (before?.http ?? 0)), peers };
}

/** `2.4 Mbit/s`. */
export function rateText(bitsPerSec: number): string {
  if (bitsPerSec < 1e6) return `${Math.round(bitsPerSec / 1000)} kbit/s`;
  return `${(bitsPerSec / 1e6).toFixed(1)} Mbit/s`;
}

/** `83 %`, or a dash before there is a figure. */
export function percentText(share: number | undefined): string {
  return share === undefined ? '–' : `${Math.round(share * 100)} %`;
}
