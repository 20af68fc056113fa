/** A machine that is late itself plays from the edge for a while, and blames nobody for it. */
import { describe, expect, it } from 'vitest';
import { Ms } from '../units/index.js';
import { createSwarm, type TestSwarm } from './testing/swarm.js';
import type { Viewer } from './testing/viewer.js';

describe('a busy machine', () => {
  it('leaves the swarm within seconds and goes on playing (OVL2)', () => {
    const { swarm, busy } = playing();
    busy.player.lateMs = 250;
    swarm.run(20_000);
    expect(busy.machine.stats()).toMatchObject({ reason: 'overloaded', neighbours: [] });
    expect(busy.player.figures.stallMs).toBe(0);
    for (const viewer of swarm.viewers.values()) {
      expect(viewer.player.figures.stallMs).toBe(0);
    }
  });

  it('comes back when it has rested, and stays away longer when it is late again', () => {
    const { swarm, busy } = playing();
    busy.player.lateMs = 250;
    swarm.run(20_000);
    busy.player.lateMs = 0;
    swarm.run(25_000);
    expect(busy.machine.stats().reason).toBe('linked');
    const first = restsOf(busy)[0]!;
    busy.player.lateMs = 250;
    swarm.run(40_000);
    expect(busy.machine.stats().reason).toBe('overloaded');
    expect(restsOf(busy).length).toBe(2);
    swarm.run(120_000);
    expect(first.forMs).toBeLessThanOrEqual(31_000);
    expect(restsOf(busy)[1]!.forMs).toBeGreaterThan(first.forMs);
  });

  it('links again when it is late no more, however long that takes', () => {
    const { swarm, busy } = playing();
    busy.player.lateMs = 250;
    swarm.run(60_000);
    expect(restsOf(busy).length).toBe(1);
    expect(busy.machine.stats()).toMatchObject({ reason: 'overloaded', neighbours: [] });
    busy.player.lateMs = 0;
    swarm.run(15_000);
    expect(busy.machine.stats().reason).toBe('linked');
    expect(restsOf(busy).length).toBe(1);
  });

  it('calls nobody silent (OVL3)', () => {
    const { swarm, busy } = playing();
    busy.player.lateMs = 250;
    swarm.run(20_000);
    const complaints = busy.outputs.filter(
      ({ output }) => output.type === 'tracker-send' && output.message.type === 'complaint',
    );
    expect(complaints).toEqual([]);
  });

  it('is not one that has slept', () => {
    const { swarm, busy } = playing();
    const { lagMs } = busy.machine.stats();
    busy.feed({ ...REPORT, lateMs: Ms(3_600_000) });
    expect(busy.machine.stats().lagMs).toBeGreaterThan(lagMs);
    swarm.run(10_000);
    expect(restsOf(busy)).toEqual([]);
  });

  it('is not one that is late now and then', () => {
    const { swarm, busy } = playing();
    for (let i = 0; i < 10; i++) {
      busy.player.lateMs = 250;
      swarm.run(300);
      busy.player.lateMs = 0;
      swarm.run(4_000);
    }
    expect(restsOf(busy)).toEqual([]);
  });
});

const REPORT = {
  type: 'playback',
  rendition: 0,
  sequence: 12,
  bufferMs: Ms(4_000),
  stalled: false,
  playing: true,
  bufferMsMax: Ms(30_000),
} as const;

function playing(): { swarm: TestSwarm; busy: Viewer } {
  const swarm = createSwarm();
  const viewers = Array.from({ length: 8 }, (_, i) => {
    const viewer = swarm.add(`p${i}`);
    swarm.run(500);
    return viewer;
  });
  swarm.run(15_000);
  return { swarm, busy: viewers[3]! };
}

/** When it left the tracker, and how long it stayed away. */
function restsOf(viewer: Viewer): { at: number; forMs: number }[] {
  const seen = viewer.outputs.filter(
    ({ output }) => output.type === 'tracker-close' || output.type === 'tracker-open',
  );
  return seen.flatMap(({ at, output }, i) =>
    output.type === 'tracker-close'
      ? [{ at, forMs: (seen[i + 1]?.at ?? Number.POSITIVE_INFINITY) - at }]
      : [],
  );
}
