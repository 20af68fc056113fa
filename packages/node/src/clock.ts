/** Time from the process's monotonic clock. */
import { performance } from 'node:perf_hooks';
import type { Clock } from '@shoal/host';

export function nodeClock(): Clock {
  return {
    now: () => performance.now(),
    after(delay, run) {
      const timer = setTimeout(run, delay);
      return () => clearTimeout(timer);
    },
  };
}
