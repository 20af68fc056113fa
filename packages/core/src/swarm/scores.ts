/**
 * What a neighbour is worth: verified pieces raise it, misses lower it, one corrupt piece ends it.
 */

export interface ScoreConfig {
  /** Share of the way to 1 that a verified piece moves. */
  readonly gain: number;
  /** Share that one missed ask takes away. */
  readonly loss: number;
  /** Missed asks in a row, with nothing received between, that end a link. */
  readonly missesMax: number;
  /** Pieces nobody asked for or planned that a neighbour may send before each costs it. */
  readonly unaskedMax: number;
}

export const DEFAULT_SCORE: ScoreConfig = { gain: 0.1, loss: 0.3, missesMax: 4, unaskedMax: 128 };

export interface Score {
  /** 0 to 1. */
  readonly value: number;
  /** Missed asks in a row. */
  readonly misses: number;
  /** Useless pieces that came unasked, less one for each useful one. */
  readonly unasked: number;
}

/** A stranger is neither good nor bad. */
export const SCORE_START: Score = { value: 0.5, misses: 0, unasked: 0 };

/** A piece arrived and matched its record. */
export function scoreVerified(score: Score, config = DEFAULT_SCORE): Score {
  const value = score.value + (1 - score.value) * config.gain;
  return { value, misses: 0, unasked: Math.max(0, score.unasked - 1) };
}

/** An ask was not answered in time. */
export function scoreMissed(score: Score, config = DEFAULT_SCORE): Score {
  return { ...score, value: score.value * (1 - config.loss), misses: score.misses + 1 };
}

/** A piece came that was neither asked for nor planned, or came twice. */
export function scoreUnasked(score: Score): Score {
  return { ...score, unasked: score.unasked + 1 };
}

/** Why the link must end, if it must. */
export function scoreVerdict(
  score: Score,
  config = DEFAULT_SCORE,
): 'silent' | 'violation' | undefined {
  if (score.unasked > config.unaskedMax) return 'violation';
  return score.misses >= config.missesMax ? 'silent' : undefined;
}
