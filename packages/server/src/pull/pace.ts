/** When to look at a live playlist again: close behind each publication, with few questions. */

/**
 * What the polls so far say about the next publication. Times are milliseconds of one clock.
 * The true moment lies after `lo` and, if the publisher keeps its rhythm, not after `hi`.
 */
export interface Pace {
  readonly targetMs: number;
  readonly lo: number;
  readonly hi: number;
  /** When the newest segment was seen. */
  readonly changedAt: number;
}

/** A first look, at `now`: anything may come from now on within one segment. */
export function startPace(now: number, targetMs: number, newestMs: number): Pace {
  return { targetMs, lo: now, hi: now + newestMs, changedAt: now };
}

/** A poll asked at `askedAt` saw nothing new. */
export function unchanged(pace: Pace, askedAt: number): Pace {
  return { ...pace, lo: Math.max(pace.lo, askedAt) };
}

/**
 * A poll answered at `now` saw a new segment of `newestMs`: the next follows in the same rhythm.
 */
export function changed(pace: Pace, now: number, targetMs: number, newestMs: number): Pace {
  const lo = Math.min(pace.lo, now) + newestMs - JITTER_MS;
  return { targetMs, lo, hi: Math.max(now + newestMs, lo), changedAt: now };
}

/**
 * When to ask next, never before `now`. Halves the uncertainty each time; behind it every
 * `STEP_MS`; and when the
 * publisher has been silent for two targets, every half target.
 */
export function nextPollAt(pace: Pace, now: number): number {
  const { lo, hi, targetMs, changedAt } = pace;
  const middle = lo + (hi - lo) / 2;
  if (hi - lo > SHARP_MS && now < middle) return Math.max(now, middle);
  if (now < hi) return hi;
  const stalled = now - changedAt > 2 * targetMs;
  return now + (stalled ? Math.max(STEP_MS, targetMs / 2) : STEP_MS);
}

/**
 * How long to wait after `failures` failed polls in a row: doubling, capped, with `dice` in [0, 1)
 * spreading it.
 */
export function backoffMs(failures: number, dice: number): number {
  const whole = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** Math.min(failures - 1, 10));
  return whole * (0.5 + dice / 2);
}

/** Between two questions while a segment is due. */
const STEP_MS = 250;
/** Publishers wander by this much. */
const JITTER_MS = 40;
/** Below this uncertainty one question a segment is enough. */
const SHARP_MS = 100;
const BACKOFF_MS = 500;
const BACKOFF_MAX_MS = 15_000;
