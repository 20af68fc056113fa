/** The contract of every decision maker in this house. */
import type { Ms } from './quantity.js';

/** A pure machine: same seed, same inputs, same outputs, in every world. */
export interface Machine<Input, Output, Why extends string> {
  /** Feed one input. `now` never goes back. The caller performs every output, in order. */
  step(now: Ms, input: Input): readonly Output[];
  /** When to feed `{ type: 'wake' }` next, and why. */
  wake(): { readonly at: Ms; readonly why: Why } | undefined;
}
