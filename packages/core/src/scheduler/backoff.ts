/** When to try again: doubling, capped, jittered from the seeded generator. */
import type { Dice, Ms } from '../units/index.js';

export interface BackoffConfig {
  /** First wait. Shorter: quicker recovery from a hiccup; longer: kinder to what is failing. */
  readonly firstMs: Ms;
  /** Longest wait. */
  readonly mostMs: Ms;
}

/** The wait before try `failures` (1 after the first failure): half of it fixed, half by dice. */
export function backoffMs(failures: number, config: BackoffConfig, random: Dice): Ms {
  const doubled = config.firstMs * 2 ** Math.min(20, Math.max(0, failures - 1));
  const whole = Math.min(config.mostMs, doubled);
  return whole / 2 + (random.next() * whole) / 2;
}
