/** Waiting for a condition, never for a time. */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks `probe` again and again until it gives something truthy, and gives that. After `limitMs` it
 * throws, with what `probe` gave last as `describe` tells it.
 */
export async function until(what, probe, { limitMs = 45_000, describe = () => '' } = {}) {
  const end = Date.now() + limitMs;
  for (;;) {
    const result = await probe();
    if (result) return result;
    if (Date.now() > end) {
      throw new Error(`waited ${limitMs / 1000} s for: ${what} ${await describe()}`);
    }
    await pause(100);
  }
}
