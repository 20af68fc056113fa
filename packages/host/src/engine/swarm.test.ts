/**
 * Engines with the real machines, in one process: they find each other, and carry a live stream.
 */
import { createPeer } from '@shoal/core/peer';
import { createTracker } from '@shoal/core/tracker';
import {
  decodeToTracker,
  encodeFromTracker,
  encodeRecordList,
  type SealedRecord,
} from '@shoal/core/wire';
import { describe, expect, it } from 'vitest';
import {
  createMemoryClock,
  createMemoryEdge,
  createMemoryNetwork,
  createMemorySockets,
  type MemoryCaller,
} from '../memory/index.js';
import { createCounters } from './counters.js';
import { createEngine, type Engine } from './engine.js';
import { createEmitter } from './events.js';
import { createLoop } from './loop.js';
import { crypto, EPOCH, mediaOf, NAME, publicKey, sealedRecord } from './record.fixture.js';
import type { WantSink } from './wants.js';

const SEGMENT_MS = 2000;
const SEGMENT_BYTES = 100_000;

/** A live stream, its edge and its tracker, under one clock. */
function createStream() {
  const clock = createMemoryClock(10_000);
  const edge = createMemoryEdge({ clock, delayMs: 30, rate: 8_000_000 });
  const network = createMemoryNetwork({ clock, delayMs: 10 });
  const callers = new Map<number, MemoryCaller>();
  const machine = createTracker({ seed: 3, now: clock.now() });
  const tracker = createLoop({
    clock,
    machine,
    wake: { type: 'wake' } as const,
    perform(output) {
      const caller = callers.get(output.connection);
      if (output.type === 'send') caller?.send(encodeFromTracker(output.message));
      else caller?.close();
    },
    broken(cause) {
      throw cause;
    },
  });
  let connections = 0;
  const sockets = createMemorySockets({
    clock,
    accept(_, caller) {
      const connection = ++connections;
      callers.set(connection, caller);
      const entropy = Uint8Array.from({ length: 24 }, (_, i) => connection * 17 + i);
      tracker.feed({ type: 'opened', connection, entropy, network: `10.0.${connection}.0/24` });
      return {
        message: (frame) =>
          tracker.feed({ type: 'message', connection, message: decodeToTracker(frame) }),
        closed: () => tracker.feed({ type: 'closed', connection }),
      };
    },
  });
  const records: SealedRecord[] = [];
  let first = true;
  const publish = (sequence: number): void => {
    const media = mediaOf(sequence, SEGMENT_BYTES);
    const sealed = sealedRecord({ sequence, media });
    if (first) tracker.feed({ type: 'stream', streamId: sealed.record.streamId, epoch: EPOCH });
    first = false;
    edge.put(`memory:seg-${sequence}`, media);
    records.push(sealed);
    edge.put('memory:records', encodeRecordList(records.slice(-8)));
    tracker.feed({ type: 'record', sealed });
  };
  return { clock, edge, network, sockets, publish, newest: () => records.length - 1 };
}

type Stream = ReturnType<typeof createStream>;

/** A player that asks for one segment after the other, three behind the newest, and times each. */
async function watch(stream: Stream, seed: number) {
  const { clock, edge, network, sockets } = stream;
  const engine: Engine = await createEngine({
    ports: { clock, crypto, edge, links: network.join(), tracker: sockets },
    stream: { publicKey, name: NAME, epoch: EPOCH },
    urls: { records: 'memory:records', trackers: ['memory:tracker'] },
    machine: createPeer,
    seed,
    emitter: createEmitter(() => {}),
    counters: createCounters(),
    locate: ({ sequence }) => ({ url: `memory:seg-${sequence}`, from: 0, length: undefined }),
  });
  engine.consent('granted');
  engine.uploads(true, 0);
  engine.follow([{ rendition: 0, live: true }]);
  const heard: number[] = [];
  const wrong: number[] = [];
  const failed: number[] = [];
  let next = stream.newest() - 2;
  let playFrom: number | undefined;
  const bufferMs = (): number =>
    playFrom === undefined ? 0 : Math.max(0, playFrom + heard.length * SEGMENT_MS - clock.now());
  let waiting = false;
  const tick = (): void => {
    const segments = Array.from({ length: 6 }, (_, i) => stream.newest() - 5 + i)
      .filter((sequence) => sequence >= 0)
      .map((sequence) => {
        const location = { url: `memory:seg-${sequence}`, from: 0, length: undefined };
        return { sequence, durationMs: SEGMENT_MS, location };
      });
    engine.located(0, true, segments);
    const playing = playFrom !== undefined;
    const stalled = playing && bufferMs() === 0;
    engine.playback({
      rendition: 0,
      sequence: next,
      bufferMs: bufferMs(),
      stalled,
      playing,
      bufferMsMax: 30_000,
    });
    if (!waiting && next <= stream.newest()) ask();
    clock.after(250, tick);
  };
  const ask = (): void => {
    waiting = true;
    const sequence = next;
    const sink: WantSink = {
      delivered({ bytes }) {
        waiting = false;
        heard.push(sequence);
        if (bytes.join() !== mediaOf(sequence, SEGMENT_BYTES).join()) wrong.push(sequence);
        playFrom ??= clock.now();
        next++;
      },
      failed(status) {
        waiting = false;
        failed.push(status);
      },
    };
    engine.want({ rendition: 0, sequence }, sink);
  };
  tick();
  return { engine, heard, wrong, failed };
}

async function play(viewers: number, seconds: number) {
  const stream = createStream();
  for (let sequence = 0; sequence < 4; sequence++) stream.publish(sequence);
  const players: Awaited<ReturnType<typeof watch>>[] = [];
  for (let half = 0; half < seconds * 2; half++) {
    if (half % 4 === 3) stream.publish(stream.newest() + 1);
    if (players.length < viewers) players.push(await watch(stream, players.length + 1));
    await stream.clock.advance(500);
  }
  return { stream, players };
}

describe('four engines and a tracker', () => {
  it('carry a live stream: every byte right, most of them from each other', async () => {
    const { players } = await play(4, 40);
    for (const { heard, wrong, failed, engine } of players) {
      expect([wrong, failed]).toEqual([[], []]);
      expect(heard.length).toBeGreaterThan(15);
      expect(heard).toEqual(heard.map((_, i) => heard[0]! + i));
      expect(engine.stats().why.code).toBe('linked');
      expect(engine.stats()).toMatchObject({ peers: 3, unverified: 0 });
      expect(engine.stats().corrupt).toEqual({ peer: 0, edge: 0 });
    }
    const sum = (of: 'http' | 'p2p') =>
      players.reduce((all, { engine }) => all + engine.stats()[of], 0);
    expect(sum('p2p') / (sum('p2p') + sum('http'))).toBeGreaterThan(0.6);
  });

  it('plays on from the edge when consent is taken back, and links to nobody', async () => {
    const { stream, players } = await play(3, 20);
    const { engine, heard, failed } = players[0]!;
    engine.consent('refused');
    await stream.clock.advance(50);
    const { p2p, uploaded, peers } = engine.stats();
    expect(peers).toBe(0);
    const before = heard.length;
    for (let turn = 0; turn < 5; turn++) {
      stream.publish(stream.newest() + 1);
      await stream.clock.advance(2000);
    }
    expect(heard.length).toBeGreaterThanOrEqual(before + 4);
    expect(failed).toEqual([]);
    expect(engine.stats()).toMatchObject({ p2p, uploaded, peers: 0 });
    expect(engine.stats().why.code).toBe('refused-consent');
  });
});
