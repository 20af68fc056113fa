/** Whole swarms of peer machines in virtual time: what must hold together, whatever each of them decides. */
import { describe, expect, it } from 'vitest';
import { createSwarm, type SwarmOptions, type TestSwarm } from './testing/swarm.js';
import type { Viewer, ViewerOptions } from './testing/viewer.js';

describe('live', () => {
  it('costs one copy in steady state, nobody stalls, nothing comes twice', () => {
    const swarm = join(8, 700);
    swarm.run(50_000);
    expect(swarm.copies(10_000, 45_000)).toBe(1);
    expect(wasted(swarm)).toBe(0);
    for (const viewer of swarm.viewers.values()) expectSmooth(viewer);
  });

  it('costs one copy for two viewers, too', () => {
    const swarm = join(2, 3_000);
    swarm.run(30_000);
    expect(swarm.copies(10_000, 30_000)).toBe(1);
    expect(wasted(swarm)).toBe(0);
  });

  it('lets a crowd share everything but the first segment', () => {
    const swarm = join(16, 20);
    swarm.run(40_000);
    const first = swarm.edge.requests.filter(({ why }) => why === 'cold');
    const bytes = first.reduce((all, { from, to }) => all + to - from, 0);
    expect(first.length).toBeLessThanOrEqual(32);
    expect(bytes).toBeLessThanOrEqual(16 * swarm.sizeOf(first[0]!.key.sequence));
    expect(swarm.copies(0, 38_000)).toBe(1);
    for (const viewer of swarm.viewers.values()) expectSmooth(viewer);
  });

  it('starts a latecomer as fast as a lone viewer, and feeds it from then on', () => {
    const swarm = join(8, 500);
    swarm.run(20_000);
    const late = swarm.add('late');
    swarm.run(20_000);
    const lone = join(1, 0);
    lone.run(5_000);
    const [plain] = lone.viewers.values();
    expect(late.player.figures.startUpMs).toBeLessThan(plain!.player.figures.startUpMs! + 100);
    expect(requests(swarm, 'late', 'cold')).toBeLessThanOrEqual(2);
    expect(requests(swarm, 'late', 'deadline') + requests(swarm, 'late', 'alone')).toBe(0);
    expectSmooth(late);
  });

  it('asks the edge for plain segments when nobody else is there', () => {
    const swarm = join(1, 0);
    swarm.run(20_000);
    // The first segment in two steps, for somebody might have been there.
    const [first, rest, ...later] = swarm.edge.requests;
    expect([first!.from, first!.to, rest!.from]).toEqual([0, 65_536, 65_536]);
    for (const { from, to, key } of later) {
      expect([from, to]).toEqual([0, swarm.sizeOf(key.sequence)]);
    }
    const sequences = [rest!, ...later].map(({ key }) => key.sequence);
    expect(new Set(sequences).size).toBe(sequences.length);
  });

  it('plays on when uplinks are barely enough', () => {
    const swarm = join(8, 1_200, {}, { uplink: 1_000_000 });
    swarm.run(50_000);
    expect(swarm.copies(20_000, 45_000)).toBe(1);
    for (const viewer of swarm.viewers.values()) expectSmooth(viewer);
  });

  it('plays for all when the edge can send three copies', () => {
    const swarm = createSwarm();
    swarm.edge.rate = 1_770_000;
    for (let i = 0; i < 16; i++) {
      swarm.add(`p${i}`);
      swarm.run(1_200);
    }
    swarm.run(30_000);
    const stallMs = sum(swarm, (viewer) => viewer.player.figures.stallMs);
    expect(stallMs / (16 * 40_000)).toBeLessThan(0.02);
    expect(swarm.copies(25_000, 45_000)).toBe(1);
  });

  it('shares the first segment when a crowd meets a slow edge', () => {
    const swarm = createSwarm();
    swarm.edge.rate = 1_770_000;
    for (let i = 0; i < 16; i++) swarm.add(`p${i}`);
    swarm.run(30_000);
    for (const { player } of swarm.viewers.values()) {
      expect(player.figures.startUpMs).toBeLessThan(6_000);
      expect(player.figures.stallMs).toBeLessThan(1_000);
    }
  });
});

describe('faults', () => {
  it('drops who sends garbage: nothing of it is played or forwarded (INT1, INT2)', () => {
    const swarm = join(8, 500);
    swarm.run(10_000);
    swarm.viewers.get('p2')!.behaviour = 'corrupt';
    swarm.run(20_000);
    const victims = [...swarm.viewers.values()].filter(({ name }) => name !== 'p2');
    for (const viewer of victims) {
      const { neighbours } = viewer.machine.stats();
      expect(viewer.counters.corruptPeer).toBeLessThanOrEqual(1);
      expect(neighbours.map(({ peer }) => peer)).not.toContain('p2');
      expectSmooth(viewer);
    }
    expect(swarm.tracker.complaints.length).toBeGreaterThan(0);
    expect(new Set(swarm.tracker.complaints.map(({ peer, about }) => peer + about))).toEqual(
      new Set(['p2corrupt']),
    );
  });

  it('plays on around a peer that sends nothing, and ends its links (SCO2)', () => {
    const swarm = join(8, 500);
    swarm.run(10_000);
    swarm.viewers.get('p2')!.behaviour = 'silent';
    swarm.run(30_000);
    for (const viewer of swarm.viewers.values()) expectSmooth(viewer);
    expect(new Set(swarm.tracker.complaints.map(({ peer, about }) => peer + about))).toEqual(
      new Set(['p2silent']),
    );
    expect(swarm.viewers.get('p0')!.machine.stats().neighbours).toHaveLength(6);
  });

  it('keeps sharing when the tracker is gone, and joins again when it is back (TRL1, TRL2)', () => {
    const swarm = join(8, 500);
    swarm.run(10_000);
    swarm.dropTracker();
    swarm.run(20_000);
    expect(swarm.copies(15_000, 28_000)).toBe(1);
    swarm.tracker.up = true;
    swarm.run(40_000);
    expect(swarm.copies(54_000, 70_000)).toBe(1);
    for (const viewer of swarm.viewers.values()) {
      expectSmooth(viewer);
      expect(viewer.machine.stats().reason).toBe('linked');
    }
  });

  it('plays through a dead edge from what is held, and recovers (EDG3)', () => {
    const swarm = join(8, 500);
    swarm.run(16_000);
    swarm.edge.mode = 'dead';
    swarm.run(3_000);
    swarm.edge.mode = 'ok';
    swarm.run(20_000);
    for (const viewer of swarm.viewers.values()) expectSmooth(viewer);
    expect(swarm.copies(26_000, 36_000)).toBe(1);
  });

  it('asks afresh when the edge sends something else (EDG6)', () => {
    const swarm = createSwarm();
    swarm.edge.mode = 'corrupt';
    const viewer = swarm.add('p0');
    swarm.run(10_000);
    expectSmooth(viewer);
    expect(viewer.counters.corruptEdge).toBeGreaterThan(0);
  });

  it('does not miss a viewer who leaves in the middle', () => {
    const swarm = join(10, 400);
    swarm.run(10_000);
    for (const name of ['p1', 'p4', 'p7']) {
      swarm.remove(name);
      swarm.run(3_500);
    }
    swarm.run(15_000);
    for (const viewer of swarm.viewers.values()) expectSmooth(viewer);
    expect(swarm.copies(20_000, 30_000)).toBe(1);
  });

  it('plays unchecked bytes as a plain player would when no record can be had (PLY2)', () => {
    const swarm = createSwarm();
    swarm.hasRecords = false;
    swarm.tracker.up = false;
    const viewer = swarm.add('p0');
    swarm.run(20_000);
    const { segments, plain, stalls } = viewer.player.figures;
    expect(segments).toBeGreaterThan(8);
    expect([plain, stalls]).toEqual([segments, 0]);
    expect(viewer.counters.unverified).toBeGreaterThan(0);
  });
});

describe('consent', () => {
  it('is asked for before anybody is contacted, and playback does not wait for it (CON1)', () => {
    const swarm = join(4, 500, {}, { consent: false });
    swarm.run(10_000);
    for (const viewer of swarm.viewers.values()) {
      const types = new Set(viewer.outputs.map(({ output }) => output.type));
      expect(types.has('tracker-open') || types.has('connect')).toBe(false);
      expect(viewer.player.figures.plain).toBe(0);
      expectSmooth(viewer);
    }
  });

  it('taken back ends every link in the same step (CON2)', () => {
    const swarm = join(4, 500);
    swarm.run(10_000);
    const viewer = swarm.viewers.get('p1')!;
    const before = viewer.outputs.length;
    viewer.feed({ type: 'consent', granted: false });
    const types = viewer.outputs.slice(before).map(({ output }) => output.type);
    expect(types.filter((type) => type === 'disconnect')).toHaveLength(3);
    expect(types).toContain('tracker-close');
    swarm.run(10_000);
    const after = viewer.outputs.slice(before + types.length).map(({ output }) => output.type);
    for (const type of ['connect', 'send', 'send-piece', 'tracker-open', 'tracker-send'] as const) {
      expect(after).not.toContain(type);
    }
    expectSmooth(viewer);
  });
});

describe('video on demand', () => {
  const title: SwarmOptions = { live: false, durationMs: 4_000, segmentBytes: 300_000 };

  it('costs one copy beside the first segments, and nobody stalls (VOD2, VOD3)', () => {
    const swarm = join(12, 1_500, title);
    swarm.run(100_000);
    const bytes = (why: string): number =>
      swarm.edge.requests.reduce((all, one) => all + (one.why === why ? one.to - one.from : 0), 0);
    const copy = swarm.playlist().reduce((all, { sequence }) => all + swarm.sizeOf(sequence), 0);
    expect((bytes('alone') + bytes('claim') + bytes('deadline')) / copy).toBeLessThan(1.15);
    expect(bytes('cold')).toBeLessThanOrEqual(12 * swarm.sizeOf(0));
    for (const viewer of swarm.viewers.values()) {
      expectSmooth(viewer);
      expect(viewer.player.figures.segments).toBe(24);
    }
  });

  it('never fetches further ahead than the player alone would buffer (VOD4)', () => {
    const swarm = join(3, 2_000, title);
    swarm.run(20_000);
    for (const { at, key } of swarm.edge.requests) {
      expect(key.sequence * 4_000).toBeLessThan(at + 34_000);
    }
  });
});

/** `count` viewers, `everyMs` apart. */
function join(
  count: number,
  everyMs: number,
  options: SwarmOptions = {},
  each: ViewerOptions = {},
): TestSwarm {
  const swarm = createSwarm(options);
  for (let i = 0; i < count; i++) {
    swarm.add(`p${i}`, each);
    swarm.run(everyMs);
  }
  return swarm;
}

function expectSmooth(viewer: Viewer): void {
  const { stalls, fails, segments } = viewer.player.figures;
  expect({ name: viewer.name, stalls, fails }).toEqual({ name: viewer.name, stalls: 0, fails: 0 });
  expect(segments).toBeGreaterThan(3);
}

function sum(swarm: TestSwarm, of: (viewer: Viewer) => number): number {
  return [...swarm.viewers.values()].reduce((all, viewer) => all + of(viewer), 0);
}

function wasted(swarm: TestSwarm): number {
  return sum(swarm, ({ counters }) => counters.wastedPeer + counters.wastedEdge);
}

function requests(swarm: TestSwarm, peer: string | undefined, why: string): number {
  const matches = swarm.edge.requests.filter(
    (one) => one.why === why && (peer === undefined || one.peer === peer),
  );
  return matches.length;
}
