import { describe, expect, it } from 'vitest';
import { backoffMs, changed, nextPollAt, type Pace, startPace, unchanged } from './pace.js';

describe('the pace of a live playlist', () => {
  it('soon sees each segment within a tenth of a second, with three questions each', () => {
    const { lags, polls } = run({ segments: 40, durationMs: 2000, offset: 731, jitter: () => 0 });
    expect(Math.max(...lags.slice(8))).toBeLessThanOrEqual(100);
    expect(polls / 40).toBeLessThanOrEqual(3);
  });

  it('stays close to a publisher that wanders', () => {
    const jitter = (n: number) => ((n * 7919) % 201) - 100;
    const { lags } = run({ segments: 60, durationMs: 4000, offset: 1234, jitter });
    const sorted = lags.slice(8).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(150);
    expect(sorted.at(-1)).toBeLessThanOrEqual(400);
  });

  it('asks seldom when the publisher has stopped', () => {
    const pace = startPace(0, 6000, 6000);
    expect(nextPollAt(pace, 20_000)).toBe(23_000);
  });

  it('never asks in the past', () => {
    const pace = unchanged(startPace(1000, 2000, 2000), 2500);
    for (const now of [1000, 2400, 2600, 3100, 9000]) {
      expect(nextPollAt(pace, now)).toBeGreaterThanOrEqual(now);
    }
  });
});

it('backs off up to a cap, never less than half of it', () => {
  expect(backoffMs(1, 0)).toBe(250);
  expect(backoffMs(3, 0.5)).toBe(1500);
  expect(backoffMs(50, 0.999)).toBeLessThanOrEqual(15_000);
  expect(backoffMs(50, 0)).toBe(7500);
});

interface Publisher {
  readonly segments: number;
  readonly durationMs: number;
  readonly offset: number;
  readonly jitter: (n: number) => number;
}

/**
 * Polls a publisher in virtual time: how late each segment was seen, and how often it was asked.
 */
function run({ segments, durationMs, offset, jitter }: Publisher) {
  const publishedAt = (n: number) => offset + n * durationMs + jitter(n);
  let pace: Pace = startPace(0, durationMs, durationMs);
  let now = 0;
  let polls = 0;
  const lags: number[] = [];
  while (lags.length < segments) {
    const at = nextPollAt(pace, now);
    // A question asked at the very instant of the last one waits for the clock to move.
    now = Math.max(at, now + 1);
    polls += 1;
    const due = publishedAt(lags.length);
    if (due <= now) {
      lags.push(now - due);
      pace = changed(pace, now, durationMs, durationMs);
    } else {
      pace = unchanged(pace, now);
    }
  }
  return { lags, polls };
}
