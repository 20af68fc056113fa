/** Whatever others say, the machine throws nothing and keeps its promises. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../units/index.js';
import { runHostile } from './testing/hostile-world.js';

/** Every kind of output that there is. */
const OUTPUTS = 20;

describe('any inputs', () => {
  it('never throw, never use unchecked bytes, never contact anybody without consent', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const random = createRandom(seed);
        for (const type of runHostile((below) => random.below(below), 600).keys()) seen.add(type);
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(seen.size).toBe(OUTPUTS);
  });
});
