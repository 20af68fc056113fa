/** Port: time. */
import type { Ms } from '@shoal/core/units';

export interface Clock {
  /** Monotonic time; its zero is the world's own. */
  now(): Ms;
  /** Runs `run` once, after `delay` or a little later. Returns its undo. */
  after(delay: Ms, run: () => void): () => void;
}
