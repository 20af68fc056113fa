import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Segment } from './segment.js';
import { createSigningQueue } from './signing-queue.js';

const segment = (sequence: number, rendition = 0): Segment => ({
  rendition,
  sequence,
  durationMs: 2000,
  mediaTimeMs: 0,
  flags: 0,
  place: { url: `http://h/${sequence}`, slice: undefined },
  init: undefined,
  hint: '',
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A queue whose work ends when the test says so. */
function harness(config: { urgentMax: number; parallelMax: number; attemptsMax?: number }) {
  const begun: number[] = [];
  const given: number[] = [];
  const ends = new Map<number, (ok: boolean) => void>();
  const queue = createSigningQueue(
    { attemptsMax: 3, ...config, retryMs: () => 100 },
    ({ sequence }) =>
      new Promise((resolve, reject) => {
        begun.push(sequence);
        ends.set(sequence, (ok) => (ok ? resolve() : reject(new Error('no'))));
      }),
    ({ sequence }) => given.push(sequence),
  );
  const end = async (sequence: number, ok = true): Promise<void> => {
    ends.get(sequence)?.(ok);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { queue, begun, given, end };
}

it('signs by rank, a few at a time', async () => {
  const { queue, begun, end } = harness({ urgentMax: 3, parallelMax: 2 });
  for (const sequence of [9, 4, 6, 5]) queue.add(segment(sequence), sequence);
  expect(begun).toEqual([9, 4]);
  await end(9);
  await end(4);
  expect(begun).toEqual([9, 4, 5, 6]);
});

it('lets what somebody waits for pass the queue', () => {
  const { queue, begun } = harness({ urgentMax: 3, parallelMax: 1 });
  for (let sequence = 0; sequence < 50; sequence++) queue.add(segment(sequence), sequence);
  queue.promote(0, 30);
  expect(begun).toEqual([0, 30, 31]);
});

it('queues a segment once', () => {
  const { queue, begun } = harness({ urgentMax: 2, parallelMax: 2 });
  queue.add(segment(1), 0);
  queue.add(segment(1), 0);
  queue.add(segment(1, 1), 0);
  expect(begun.length).toBe(2);
});

it('tries again after a while, and gives up in the end', async () => {
  const { queue, begun, given, end } = harness({ urgentMax: 1, parallelMax: 1 });
  queue.add(segment(1), 0);
  for (let attempt = 1; attempt <= 3; attempt++) {
    expect(begun.length).toBe(attempt);
    await end(1, false);
    expect(begun.length).toBe(attempt);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(given).toEqual([1]);
  expect(queue.waiting).toBe(0);
});

it('drops what is too old, and does not retry it', async () => {
  const { queue, begun, given, end } = harness({ urgentMax: 1, parallelMax: 1 });
  queue.add(segment(1), 0);
  queue.add(segment(2), 1);
  queue.drop(0, 3);
  await end(1, false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(begun).toEqual([1]);
  expect(given).toEqual([]);
  expect(queue.waiting).toBe(0);
});
