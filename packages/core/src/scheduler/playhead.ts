/** What the player has and when it needs more: every deadline is counted from here. */
import type { Ms } from '../units/index.js';

/** What the player last said. */
export interface Playhead {
  readonly at: Ms;
  /** The next segment that it lacks. */
  readonly sequence: number;
  /** The next part of it; 0 for a player that asks for whole segments. */
  readonly part: number;
  /** What it had before that, at `at`. */
  readonly bufferMs: Ms;
  readonly stalled: boolean;
  readonly playing: boolean;
  /** How far ahead it would buffer alone. */
  readonly bufferMsMax: Ms;
  /** How far ahead neighbours are asked now. */
  readonly reachMs: Ms;
}

/**
 * On demand, neighbours are asked for the near future at once, and for the rest at twice the speed
 * of playback: uplinks have newcomers to start. After a seek that begins anew.
 */
export function reachOf(now: Ms, bufferMs: Ms, bufferMsMax: Ms, before: Playhead | undefined): Ms {
  const grown = before === undefined ? 0 : before.reachMs + now - before.at;
  return Math.min(bufferMsMax, Math.max(REACH_MS, Math.min(grown, bufferMs + REACH_MS)));
}

const REACH_MS = 16_000;

/** What is left of the buffer now. A stalled player has nothing left, whatever it says. */
export function bufferLeft(now: Ms, head: Playhead): Ms {
  if (head.stalled) return 0;
  return Math.max(0, head.bufferMs - (head.playing ? now - head.at : 0));
}

/** When a segment is needed that begins `aheadMs` after the one the player lacks next. */
export function neededAt(now: Ms, head: Playhead, aheadMs: Ms): Ms {
  return now + bufferLeft(now, head) + aheadMs;
}
