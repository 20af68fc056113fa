/** Time from the page's monotonic clock. */
import type { Clock } from '@shoal/host';

export function browserClock(): Clock {
  return {
    now: () => performance.now(),
    after(delay, run) {
      const timer = setTimeout(run, delay);
      return () => clearTimeout(timer);
    },
  };
}
