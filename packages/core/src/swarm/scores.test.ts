/** What a neighbour is worth. */
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SCORE,
  SCORE_START,
  type Score,
  scoreMissed,
  scoreUnasked,
  scoreVerdict,
  scoreVerified,
} from './scores.js';

const times = (count: number, step: (score: Score) => Score, from = SCORE_START): Score =>
  Array.from({ length: count }).reduce<Score>(step, from);

describe('scores (SCO1)', () => {
  it('rise with verified pieces and fall with missed asks, between 0 and 1', () => {
    const good = times(100, (score) => scoreVerified(score));
    const bad = times(100, (score) => scoreMissed(score));
    expect(good.value).toBeGreaterThan(0.99);
    expect(good.value).toBeLessThanOrEqual(1);
    expect(bad.value).toBeLessThan(0.01);
    expect(bad.value).toBeGreaterThanOrEqual(0);
  });

  it('forget misses when a piece comes', () => {
    expect(scoreVerified(times(3, (score) => scoreMissed(score))).misses).toBe(0);
  });
});

describe('verdicts (SCO2, SCO3)', () => {
  it('end who missed too often in a row', () => {
    const { missesMax } = DEFAULT_SCORE;
    expect(scoreVerdict(times(missesMax - 1, (score) => scoreMissed(score)))).toBeUndefined();
    expect(scoreVerdict(times(missesMax, (score) => scoreMissed(score)))).toBe('silent');
  });

  it('end who floods with what nobody asked for, but forgive a little for each useful piece', () => {
    const { unaskedMax } = DEFAULT_SCORE;
    const flooded = times(unaskedMax, scoreUnasked);
    expect(scoreVerdict(flooded)).toBeUndefined();
    expect(scoreVerdict(scoreUnasked(flooded))).toBe('violation');
    expect(scoreVerdict(scoreUnasked(scoreVerified(flooded)))).toBeUndefined();
  });
});
