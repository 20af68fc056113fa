/** One part as the engine sees it: its record, the state of each piece, and the arrows between states. */
import { invariant } from '../errors/index.js';
import type { PeerPlan } from '../swarm/index.js';
import {
  type Bytes,
  type Ms,
  type PartId,
  type PartKey,
  type PeerId,
  partId,
  pieceCount,
  pieceLength,
} from '../units/index.js';
import type { SealedRecord } from '../wire/index.js';
import type { FetchId } from './contract.js';

/** Whether an edge fetch covers a piece is not a state: a piece may be asked of a peer and fetched at once. */
export type PieceState =
  | { readonly phase: 'wanted' }
  | {
      readonly phase: 'asked';
      readonly from: PeerId;
      readonly at: Ms;
      /** How long the neighbour may send nothing at all, and when that is looked at next. */
      readonly quietMs: Ms;
      readonly dueAt: Ms;
    }
  | { readonly phase: 'unchecked'; readonly from: PeerId | FetchId }
  | { readonly phase: 'held' };

export interface Part {
  readonly id: PartId;
  readonly key: PartKey;
  readonly createdAt: Ms;
  /** Verified. Until then there are no pieces. */
  sealed: SealedRecord | undefined;
  /** When the record was verified. */
  knownAt: Ms;
  /** Whether the tracker announced it: then our planned neighbours know it too. */
  announced: boolean;
  /** The plan in force when the part was announced: everybody uses the same one for it. */
  plan: PeerPlan | undefined;
  readonly pieces: PieceState[];
  /** Pieces not held, and those of them that neighbours are asked for. */
  missing: number;
  asked: number;
  /** When a piece of each stripe was last verified. */
  readonly stripeAt: Ms[];
  firstByteAt: Ms | undefined;
  lastByteAt: Ms;
  httpBytes: Bytes;
  peerBytes: Bytes;
  /** Fetches that failed in a row, and when the next may start. */
  failures: number;
  retryAt: Ms;
  status: number;
  /** 1: edge bytes did not match, the next fetch bypasses caches; 2: nor did those, the edge is given up. */
  corrupt: number;
  /** How often it was shared out among those who lack it, and until when the others have time. */
  rounds: number;
  sharedUntil: Ms;
  /** What peers had brought when the last round began. */
  sharedBytes: Bytes;
  /** When the player first asked for it. */
  wantedAt: Ms | undefined;
  /** When our bits last went to every neighbour, and how many were held then; -1 for never. */
  toldAt: Ms;
  told: number;
}

export function createPart({ rendition, sequence, part }: PartKey, now: Ms): Part {
  const key = { rendition, sequence, part };
  return {
    id: partId(key),
    key,
    createdAt: now,
    sealed: undefined,
    knownAt: now,
    announced: false,
    plan: undefined,
    pieces: [],
    missing: 0,
    asked: 0,
    stripeAt: [],
    firstByteAt: undefined,
    lastByteAt: now,
    httpBytes: 0,
    peerBytes: 0,
    failures: 0,
    retryAt: now,
    status: 0,
    corrupt: 0,
    rounds: 0,
    sharedUntil: now,
    sharedBytes: 0,
    wantedAt: undefined,
    toldAt: 0,
    told: -1,
  };
}

/** The record is verified: every piece is wanted. */
export function describe(part: Part, sealed: SealedRecord, now: Ms): void {
  invariant(!part.sealed, 'describe');
  part.sealed = sealed;
  part.knownAt = now;
  part.missing = pieceCount(sealed.record.byteLength);
  for (let i = 0; i < part.missing; i++) part.pieces.push(WANTED);
}

export function isComplete(part: Part): boolean {
  return part.sealed !== undefined && part.missing === 0;
}

/** Whether it is the last part of its segment. */
export function isLast({ sealed }: Part): boolean {
  return ((sealed?.record.flags ?? 0) & LAST_PART) !== 0;
}

export function isHeld(part: Part, index: number): boolean {
  return part.pieces[index]?.phase === 'held';
}

/** Whether bytes of this piece would be of use. */
export function isLacking(part: Part, index: number): boolean {
  const phase = part.pieces[index]?.phase;
  return phase === 'wanted' || phase === 'asked';
}

export function lengthOf(part: Part, index: number): Bytes {
  return pieceLength(part.sealed?.record.byteLength ?? 0, index);
}

/** wanted -> asked */
export function ask(part: Part, index: number, from: PeerId, at: Ms, quietMs: Ms): void {
  invariant(part.pieces[index]?.phase === 'wanted', 'ask');
  part.pieces[index] = { phase: 'asked', from, at, quietMs, dueAt: at + quietMs };
  part.asked++;
}

/** asked -> asked, with more patience */
export function waitOn(part: Part, index: number, dueAt: Ms): void {
  const piece = part.pieces[index];
  invariant(piece?.phase === 'asked', 'waitOn');
  part.pieces[index] = { ...piece, dueAt };
}

/** asked -> wanted */
export function giveUp(part: Part, index: number): void {
  invariant(part.pieces[index]?.phase === 'asked', 'giveUp');
  part.pieces[index] = WANTED;
  part.asked--;
}

/** wanted | asked -> unchecked */
export function receive(part: Part, index: number, from: PeerId | FetchId): void {
  invariant(isLacking(part, index), 'receive');
  if (part.pieces[index]?.phase === 'asked') part.asked--;
  part.pieces[index] = { phase: 'unchecked', from };
}

/** unchecked -> wanted */
export function reject(part: Part, index: number): void {
  invariant(part.pieces[index]?.phase === 'unchecked', 'reject');
  part.pieces[index] = WANTED;
}

/** unchecked -> held */
export function hold(part: Part, index: number): void {
  invariant(part.pieces[index]?.phase === 'unchecked', 'hold');
  part.pieces[index] = HELD;
  part.missing--;
}

const LAST_PART = 2;
const WANTED: PieceState = { phase: 'wanted' };
const HELD: PieceState = { phase: 'held' };
