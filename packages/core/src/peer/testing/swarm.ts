/**
 * A few viewers, an edge and a tracker in virtual time. Keys are never made: records count as
 * signed.
 */
import { Ms, type PartId, type PeerId, partId } from '../../units/index.js';
import type { SealedRecord } from '../../wire/index.js';
import { createTestClock, type TestClock } from './clock.js';
import { createTestEdge, type TestEdge } from './edge.js';
import { sealedOf } from './records.js';
import { createTestTracker, type TestTracker } from './tracker.js';
import { createViewer, type Viewer, type ViewerOptions } from './viewer.js';

export interface SwarmOptions {
  readonly live?: boolean;
  readonly segmentBytes?: number;
  readonly durationMs?: number;
  /** Segments of a title. */
  readonly segments?: number;
  /** From `connect` to both ends open. */
  readonly connectMs?: number;
}

export interface TestSwarm {
  readonly clock: TestClock;
  readonly edge: TestEdge;
  readonly tracker: TestTracker;
  readonly viewers: Map<string, Viewer>;
  readonly live: boolean;
  readonly durationMs: number;
  hasRecords: boolean;
  add(name: string, options?: ViewerOptions): Viewer;
  remove(name: string): void;
  run(ms: number): void;
  /** Bytes that left the edge over bytes of one copy, for parts published in a span of time. */
  copies(from: number, to: number): number;
  sizeOf(sequence: number): number;
  playlist(): { sequence: number; durationMs: Ms }[];
  recordsSince(sequence: number): SealedRecord[];
  connect(from: string, to: string): void;
  disconnect(from: string, to: string): void;
  deliver(from: string, to: string, ms: number, run: (other: Viewer) => void): void;
  assertHeld(viewer: Viewer, part: PartId): void;
  dropTracker(): void;
}

export function createSwarm(options: SwarmOptions = {}): TestSwarm {
  const { live = true, segmentBytes = 150_000, durationMs = 2_000, connectMs = 60 } = options;
  const clock = createTestClock();
  const edge = createTestEdge(clock);
  const viewers = new Map<string, Viewer>();
  const records: SealedRecord[] = [];
  const wires = new Set<string>();
  const calls = new Set<string>();
  const tracker = createTestTracker(
    clock,
    (peer, message) => viewers.get(peer)?.tracker(message),
    live,
  );
  const sizeOf = (sequence: number): number => segmentBytes + (sequence % 5) * 1_000;
  const publish = (): void => {
    const sealed = sealedOf({
      sequence: records.length,
      bytes: sizeOf(records.length),
      durationMs,
    });
    records.push(sealed);
    if (tracker.up) tracker.announce(sealed);
  };
  const wire = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
  if (live) {
    for (let i = 0; i < 4; i++) publish();
    const next = (): void => {
      publish();
      clock.after(durationMs, next);
    };
    clock.after(durationMs, next);
  } else for (let i = 0; i < (options.segments ?? 24); i++) publish();

  const swarm: TestSwarm = {
    clock,
    edge,
    tracker,
    viewers,
    live,
    durationMs,
    hasRecords: true,
    add(name, viewerOptions = {}) {
      const viewer = createViewer(swarm, name, viewerOptions);
      viewers.set(name, viewer);
      if (viewerOptions.consent !== false) viewer.feed({ type: 'consent', granted: true });
      viewer.player.start();
      return viewer;
    },
    remove(name) {
      const viewer = viewers.get(name);
      if (viewer === undefined) return;
      viewer.gone = true;
      viewers.delete(name);
      tracker.leave(name);
      for (const key of [...wires]) {
        const [a, b] = key.split(' ') as [string, string];
        if (a === name || b === name) swarm.disconnect(name, a === name ? b : a);
      }
    },
    run: (ms) => clock.runUntil(clock.now() + ms),
    copies(from, to) {
      let sent = 0;
      let size = 0;
      records.forEach((_, sequence) => {
        const at = (sequence - 3) * durationMs;
        if (at < from || at >= to) return;
        size += sizeOf(sequence);
        sent += edge.sent.get(partId({ rendition: 0, sequence, part: 0 })) ?? 0;
      });
      return sent / size;
    },
    sizeOf,
    playlist: () =>
      records.map((_, sequence) => ({ sequence, durationMs: Ms(durationMs) })).slice(live ? -6 : 0),
    recordsSince: (sequence) =>
      swarm.hasRecords
        ? records.filter(({ record }) => record.sequence >= sequence).slice(0, 64)
        : [],
    connect(from, to) {
      calls.add(`${from}>${to}`);
      if (!calls.has(`${to}>${from}`)) return;
      calls.delete(`${from}>${to}`);
      calls.delete(`${to}>${from}`);
      clock.after(connectMs, () => {
        const [a, b] = [viewers.get(from), viewers.get(to)];
        if (a === undefined || b === undefined) return;
        wires.add(wire(from, to));
        a.feed({ type: 'link-up', peer: to as PeerId, rttMs: Ms(30) });
        b.feed({ type: 'link-up', peer: from as PeerId, rttMs: Ms(30) });
      });
    },
    disconnect(from, to) {
      calls.delete(`${from}>${to}`);
      if (!wires.delete(wire(from, to))) return;
      clock.after(20, () => viewers.get(to)?.feed({ type: 'link-down', peer: from as PeerId }));
    },
    deliver(from, to, ms, run) {
      clock.after(ms, () => {
        const other = viewers.get(to);
        if (other !== undefined && wires.has(wire(from, to))) run(other);
      });
    },
    assertHeld(viewer, part) {
      const sequence = Number(part.split('/')[1]);
      const pieces = Math.ceil(sizeOf(sequence) / 16_384);
      if (viewer.held.get(part)?.size !== pieces)
        throw new Error(`${viewer.name}: ${part} is not whole`);
    },
    dropTracker() {
      tracker.drop();
      for (const viewer of viewers.values()) viewer.trackerDown();
    },
  };
  return swarm;
}
