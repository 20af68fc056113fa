/** What must hold at every moment of every run, whatever goes wrong. */
import type { Simulation } from '../simulation.js';

/**
 * No unverified byte is delivered as verified or passed on, and nothing is counted that did not
 * come.
 */
export function alwaysFaults({ broken }: Pick<Simulation, 'broken'>): readonly string[] {
  return broken.slice(0, 5).map((what) => `broken promise at ${what}`);
}
