/** Blocking reload: whether a playlist that was asked for is there, will be, or never can. */
import type { Ms } from '../../units/index.js';

/** Where a rendition stands. */
export interface Standing {
  /** The last complete segment; -1 before the first. */
  readonly lastSequence: number;
  /** Parts of that segment. */
  readonly lastParts: number;
  /** Parts of the segment after it that are there. */
  readonly openParts: number;
  readonly partTargetMs: Ms;
  readonly ended: boolean;
}

/** `_HLS_msn` and `_HLS_part`. */
export interface ReloadAsk {
  readonly sequence: number;
  readonly part: number | undefined;
}

/** By the draft, section 6.2.5.2: too far ahead is an error of the player. */
export function decideReload(at: Standing, ask: ReloadAsk): 'is-there' | 'will-be' | 'too-far' {
  if (at.ended) return 'is-there';
  const { sequence, part } = beyondLast(at, ask);
  const open = at.lastSequence + 1;
  if (sequence < open) return 'is-there';
  if (sequence > at.lastSequence + 2) return 'too-far';
  const ahead = part === undefined ? 0 : part - (sequence === open ? at.openParts : 0);
  if (ahead >= advanceLimit(at.partTargetMs)) return 'too-far';
  return sequence === open && part !== undefined && ahead < 0 ? 'is-there' : 'will-be';
}

/**
 * The directives of a query; `malformed` when they are malformed, or a part is named without its
 * segment.
 */
export function readReloadAsk(
  sequence: string | null,
  part: string | null,
): ReloadAsk | 'not-asked' | 'malformed' {
  if (sequence === null) return part === null ? 'not-asked' : 'malformed';
  const [msn, index] = [readCount(sequence), part === null ? undefined : readCount(part)];
  if (msn === undefined || (part !== null && index === undefined)) return 'malformed';
  return { sequence: msn, part: index };
}

/** A part after the last one of a segment is the first of the next. */
function beyondLast(at: Standing, ask: ReloadAsk): ReloadAsk {
  const { sequence, part } = ask;
  if (sequence !== at.lastSequence || part === undefined || part < at.lastParts) return ask;
  return { sequence: sequence + 1, part: 0 };
}

/** The draft's Advance Part Limit. */
function advanceLimit(partTargetMs: Ms): number {
  return partTargetMs < 1000 ? Math.ceil(3000 / partTargetMs) : 3;
}

function readCount(text: string): number | undefined {
  const value = Number(text);
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(value) ? value : undefined;
}
