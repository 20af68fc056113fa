/** `holdings`: whole parts held, for VOD and for newcomers. Replaces what was said before. */
import type { Rendition } from '../units/index.js';
import { list, refined, struct, u16, u53, uint } from './field.js';
import { LIMITS } from './limits.js';
import { type Kind, message } from './message.js';

/** `count` sequences from `from` on, every part of each. */
export interface HeldRun {
  readonly from: number;
  readonly count: number;
}

export interface Holdings {
  readonly type: 'holdings';
  readonly rendition: Rendition;
  /** Where the sender's player is: the next sequence it needs. */
  readonly playhead: number;
  /** Ascending, with at least one sequence missing between two of them. */
  readonly runs: readonly HeldRun[];
}

const run = struct<HeldRun>({ from: u53, count: uint(2, LIMITS.heldParts, 1) });

export const holdings: Kind<Holdings> = message(0x05, 'holdings', {
  rendition: u16,
  playhead: u53,
  runs: refined(list(LIMITS.heldRuns, run), inOrder, 'runs'),
});

function inOrder(runs: readonly HeldRun[]): boolean {
  let end = -1;
  let held = 0;
  for (const { from, count } of runs) {
    if (from <= end) return false;
    end = from + count;
    held += count;
  }
  return held <= LIMITS.heldParts && end <= Number.MAX_SAFE_INTEGER;
}
