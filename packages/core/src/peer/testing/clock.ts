/** Virtual time for tests: what is due first runs first, ties in the order of asking. */

export interface TestClock {
  now(): number;
  after(ms: number, run: () => void): void;
  /** Runs everything due until `at`, which becomes now. */
  runUntil(at: number): void;
}

export function createTestClock(): TestClock {
  const heap: { at: number; order: number; run: () => void }[] = [];
  let now = 0;
  let order = 0;
  const before = (a: number, b: number): boolean => {
    const [x, y] = [heap[a]!, heap[b]!];
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  };
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };
  const pop = (): (() => void) => {
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) heap[0] = last;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && before(child, least)) least = child;
      }
      if (least === i) break;
      swap(i, least);
      i = least;
    }
    now = first.at;
    return first.run;
  };
  return {
    now: () => now,
    after(ms, run) {
      heap.push({ at: now + Math.max(0, ms), order: order++, run });
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (!before(i, parent)) break;
        swap(i, parent);
        i = parent;
      }
    },
    runUntil(at) {
      while (heap.length > 0 && heap[0]!.at <= at) pop()();
      now = at;
    },
  };
}
