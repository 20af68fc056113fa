/** Who is asked for a piece: the holder expected to deliver it first. */
import { type BitsPerSec, type Ms, type PeerId, PIECE_BYTES, transferMs } from '../units/index.js';

export interface HolderConfig {
  /** How much is asked of one neighbour ahead of time. */
  readonly aheadMs: Ms;
  /** Pieces outstanding at a neighbour, least and most. */
  readonly piecesMin: number;
  readonly piecesMax: number;
  /** An ask is given up after this many times its expected time, within these limits. */
  readonly patience: number;
  readonly dueMsMin: Ms;
  readonly dueMsMax: Ms;
}

export const DEFAULT_HOLDER: HolderConfig = {
  aheadMs: 500,
  piecesMin: 3,
  piecesMax: 32,
  patience: 4,
  dueMsMin: 700,
  dueMsMax: 4_000,
};

/** A neighbour that holds a piece, as the choice sees it. */
export interface HolderView {
  readonly peer: PeerId;
  readonly rttMs: Ms;
  readonly goodput: BitsPerSec;
  /** Pieces asked of it and not here yet. */
  readonly asked: number;
  /** 0 to 1: see `swarm` scores. */
  readonly score: number;
  /** Drawn once per link, so that newcomers do not all ask the same one. */
  readonly lot: number;
}

/** When an asked piece is expected, from now. */
export function expectedMs(holder: HolderView): Ms {
  return holder.rttMs + transferMs((holder.asked + 1) * PIECE_BYTES, holder.goodput);
}

/** How long an ask may take before the piece is asked for elsewhere. */
export function askDueMs(holder: HolderView, config = DEFAULT_HOLDER): Ms {
  const wanted = expectedMs(holder) * config.patience;
  return Math.min(config.dueMsMax, Math.max(config.dueMsMin, wanted));
}

/** Pieces that may be outstanding at a neighbour: what it delivers in `aheadMs`, within limits. */
export function mostAsked(goodput: BitsPerSec, config = DEFAULT_HOLDER): number {
  const ahead = Math.floor((goodput * config.aheadMs) / 8000 / PIECE_BYTES);
  return Math.min(config.piecesMax, Math.max(config.piecesMin, ahead));
}

/** RPR4: soonest expected, weighed by score; ties by the link's lot, then by id. Undefined when none has room. */
export function chooseHolder<Holder extends HolderView>(
  holders: readonly Holder[],
  config = DEFAULT_HOLDER,
): Holder | undefined {
  let best: Holder | undefined;
  for (const holder of holders) {
    if (holder.asked < mostAsked(holder.goodput, config) && (!best || isBefore(holder, best)))
      best = holder;
  }
  return best;
}

function isBefore(a: HolderView, b: HolderView): boolean {
  const order = cost(a) - cost(b) || a.lot - b.lot;
  return order === 0 ? a.peer < b.peer : order < 0;
}

/** Rounded, so that hair's breadths do not decide. */
function cost(holder: HolderView): number {
  return Math.round(expectedMs(holder) / Math.max(0.05, holder.score) / 20);
}
