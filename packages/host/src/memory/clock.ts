/** Twin of the clock: time moves only when told. */
import { Ms } from '@shoal/core/units';
import type { Clock } from '../ports/clock.js';

export interface MemoryClock extends Clock {
  /**
   * Runs all that is due in the next `ms`, in order of time, letting promises settle in between.
   */
  advance(ms: Ms): Promise<void>;
}

export function createMemoryClock(start: Ms = 0): MemoryClock {
  let now = start;
  let next = 0;
  const due: { readonly at: Ms; readonly order: number; readonly run: () => void }[] = [];
  const first = (until: Ms) => {
    due.sort((a, b) => a.at - b.at || a.order - b.order);
    return due[0] !== undefined && due[0].at <= until ? due.shift() : undefined;
  };
  return {
    now: () => now,
    after(delay, run) {
      const entry = { at: Ms(now + Math.max(0, delay)), order: next++, run };
      due.push(entry);
      return () => {
        const index = due.indexOf(entry);
        if (index >= 0) due.splice(index, 1);
      };
    },
    async advance(ms) {
      const until = Ms(now + ms);
      await settle();
      for (let entry = first(until); entry !== undefined; entry = first(until)) {
        now = entry.at;
        entry.run();
        await settle();
      }
      now = until;
    },
  };
}

/** Chains of promises in an engine are short: a hash, a comparison, an answer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await undefined;
}
