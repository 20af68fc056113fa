/**
 * Whole swarms of peer machines in virtual time: what must hold together, whatever each of them
 * decides.
 */
import { describe, expect, it } from 'vitest';
import { createSwarm } from './testing/swarm.js';

describe('live', () => {
  it('costs one copy in steady state, and nobody stalls', () => {
    const swarm = createSwarm();
    for (let i = 0; i < 8; i++) {
      swarm.add(`p${i}`);
      swarm.run(700);
    }
    swarm.run(60_000);
    expect(swarm.copies(20_000, 50_000)).toBe(1);
    for (const viewer of swarm.viewers.values()) {
      expect(viewer.player.figures).toMatchObject({ stalls: 0, plain: 0, fails: 0 });
    }
  });
});
