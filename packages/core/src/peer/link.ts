/**
 * One neighbour as the engine sees it: the phase of the link, what it holds, what passed over it.
 */
import { countBits, hasBit, makeBits, setBit } from '../scheduler/index.js';
import { SCORE_START, type Score } from '../swarm/index.js';
import type { BitsPerSec, Bytes, Ms, PartId, PartKey, PeerId, Rendition } from '../units/index.js';
import type { HeldRun } from '../wire/index.js';
import { LIMITS } from './limits.js';

/** What a neighbour holds of one part, and what it was told that we hold. */
export interface Knowledge {
  /** How many pieces the part has, as first said. */
  readonly pieces: number;
  /** What it holds, or soon will since we sent it. */
  readonly bits: Uint8Array;
  /** Whether it has the record. */
  knows: boolean;
  /** How many pieces we held when we last told it; -1 for never. */
  told: number;
  toldAt: Ms;
  /** When it last said what it holds. */
  saidAt: Ms | undefined;
}

export interface Link {
  readonly peer: PeerId;
  readonly offer: boolean;
  /** connecting -> greeting (channels open, hello sent) -> open (their hello came) */
  phase: 'connecting' | 'greeting' | 'open';
  /** When this phase began. */
  since: Ms;
  rttMs: Ms;
  /** Whether they upload. */
  uploads: boolean;
  readonly parts: Map<PartId, Knowledge>;
  /** Parts of which it said that it lacks pieces. */
  readonly lacking: Set<PartId>;
  readonly holdings: Map<Rendition, readonly HeldRun[]>;
  /** Where its player is. */
  readonly playheads: Map<Rendition, number>;
  /** Pieces asked of them that are not here yet. */
  asked: number;
  /** What asked pieces came at. */
  goodput: BitsPerSec;
  score: Score;
  /** Drawn once: breaks ties between neighbours differently in every peer. */
  readonly lot: number;
  /** No asks before this time: it said that it is busy. */
  busyUntil: Ms;
  /** When it last sent a piece, and last refused one. */
  pieceAt: Ms;
  refusedAt: Ms;
  /** When an ask to it was last counted as missed. */
  missedAt: Ms;
  /** Since when, as a parent, it owes a word about a part that it did not bring. */
  owesAt: Ms | undefined;
  /** Bytes given to the send buffer that have not left it, and when some last did. */
  inFlight: Bytes;
  drainedAt: Ms;
  /** The same, piece by piece, in order. */
  readonly leaving: { readonly part: PartId; readonly index: number; left: Bytes }[];
  /** Arrivals that wait for their record. */
  parked: number;
}

export function createLink(peer: PeerId, offer: boolean, now: Ms, lot: number): Link {
  return {
    peer,
    offer,
    phase: 'connecting',
    since: now,
    rttMs: 0,
    uploads: false,
    parts: new Map(),
    lacking: new Set(),
    holdings: new Map(),
    playheads: new Map(),
    asked: 0,
    goodput: GOODPUT_START,
    score: SCORE_START,
    lot,
    busyUntil: now,
    pieceAt: now,
    refusedAt: now,
    missedAt: now,
    owesAt: undefined,
    inFlight: 0,
    drainedAt: now,
    leaving: [],
    parked: 0,
  };
}

/**
 * What this neighbour knows of a part, made when missing; the oldest goes when there are too many.
 */
export function knowledgeOf(link: Link, id: PartId, pieces: number): Knowledge {
  const known = link.parts.get(id);
  if (known && known.pieces === pieces) return known;
  const fresh: Knowledge = {
    pieces,
    bits: makeBits(pieces),
    knows: false,
    told: -1,
    toldAt: 0,
    saidAt: undefined,
  };
  link.parts.delete(id);
  link.parts.set(id, fresh);
  if (link.parts.size > LIMITS.partsOfLink) {
    const oldest = link.parts.keys().next().value!;
    link.parts.delete(oldest);
    link.lacking.delete(oldest);
  }
  return fresh;
}

/** Takes over what it says that it holds; who lacks pieces is told of ours. */
export function learnBits(
  link: Link,
  id: PartId,
  known: Knowledge,
  bits: Uint8Array | 'all',
): void {
  if (bits === 'all') known.bits.fill(255);
  else known.bits.set(bits.subarray(0, known.bits.length));
  if (countBits(known.bits, known.pieces) < known.pieces) link.lacking.add(id);
  else link.lacking.delete(id);
}

/** Whether it holds a piece of a part, as far as it said. */
export function linkHolds(link: Link, id: PartId, key: PartKey, index: number): boolean {
  const known = link.parts.get(id);
  if (known && hasBit(known.bits, index)) return true;
  return runHolding(link, key) !== undefined;
}

/** It said that it does not hold these after all. */
export function unlearn(link: Link, id: PartId, key: PartKey, pieces: readonly number[]): void {
  const known = link.parts.get(id);
  for (const index of pieces) if (known) setBit(known.bits, index, false);
  const runs = link.holdings.get(key.rendition);
  if (runs === undefined) return;
  const without = runs.filter((run) => !covers(run, key.sequence));
  link.holdings.set(key.rendition, without);
}

function runHolding(link: Link, key: PartKey): HeldRun | undefined {
  return link.holdings.get(key.rendition)?.find((run) => covers(run, key.sequence));
}

function covers(run: HeldRun, sequence: number): boolean {
  return sequence >= run.from && sequence < run.from + run.count;
}

/** One asked piece more or less, measured against the time it took. */
export function learnGoodput(link: Link, sample: BitsPerSec): void {
  link.goodput = Math.max(GOODPUT_MIN, link.goodput + (sample - link.goodput) * 0.3);
}

const GOODPUT_START = 4_000_000;
const GOODPUT_MIN = 64_000;
