/** An engine performs what its machine says, whatever the world does. */
import type { PeerInput, PeerOutput, PeerReason } from '@shoal/core/peer';
import { encodeRecordList } from '@shoal/core/wire';
import { describe, expect, it } from 'vitest';
import {
  createMemoryClock,
  createMemoryEdge,
  createMemoryNetwork,
  createMemorySockets,
} from '../memory/index.js';
import { createCounters } from './counters.js';
import { createEngine } from './engine.js';
import type { PeerMachine } from './engine-options.js';
import { createEmitter, type EngineEvents } from './events.js';
import { crypto, EPOCH, mediaOf, NAME, publicKey, sealedRecord } from './record.fixture.js';
import type { Delivery } from './wants.js';

const SEGMENT = { rendition: 0, sequence: 7 };
const key = { ...SEGMENT, part: 0 };

/** An engine whose machine answers with what the test says, and remembers every input. */
async function scripted() {
  const clock = createMemoryClock();
  const edge = createMemoryEdge({ clock });
  const inputs: PeerInput[] = [];
  const replies: PeerOutput[][] = [];
  const said: { reason: PeerReason } = { reason: 'no-consent' };
  const emitter = createEmitter<EngineEvents>(() => {});
  const machine: PeerMachine = {
    stats: () => ({ reason: said.reason, lagMs: 0 }),
    step(_, input) {
      inputs.push(input);
      return replies.shift() ?? [];
    },
    wake: () => undefined,
  };
  const engine = await createEngine({
    ports: {
      clock,
      crypto,
      edge,
      links: createMemoryNetwork({ clock }).join(),
      tracker: createMemorySockets({ clock, accept: () => undefined }),
    },
    stream: { publicKey, name: NAME, epoch: EPOCH },
    urls: { records: 'memory:records', trackers: [] },
    machine: () => machine,
    seed: 1,
    emitter,
    counters: createCounters(),
    locate: ({ sequence }) => ({ url: `memory:hint-${sequence}`, from: 0, length: undefined }),
  });
  /** Feeds an input, answered with these outputs. */
  const say = (...outputs: PeerOutput[]): void => {
    replies.push(outputs);
    engine.follow([]);
  };
  const last = (type: PeerInput['type']) => inputs.findLast((input) => input.type === type);
  return { clock, edge, inputs, engine, emitter, said, say, last };
}

const sink = () => {
  const log: (Delivery | number)[] = [];
  const progress: number[] = [];
  return {
    log,
    progress: (total: number) => void progress.push(total),
    totals: progress,
    delivered: (delivery: Delivery) => void log.push(delivery),
    failed: (status: number) => void log.push(status),
  };
};

describe('an engine', () => {
  it('fetches where the playlist says, checks piece by piece, and delivers a copy', async () => {
    const { clock, edge, engine, say, last, inputs } = await scripted();
    const media = mediaOf(7, 20_000);
    const { digests } = sealedRecord({ sequence: 7, media });
    edge.put('memory:seg', Uint8Array.from([...new Array(100).fill(0), ...media]));
    const location = { url: 'memory:seg', from: 100, length: media.length };
    engine.located(0, true, [{ sequence: 7, durationMs: 2000, location }]);
    const wanted = sink();
    engine.want(SEGMENT, wanted);
    say({
      type: 'fetch',
      fetch: 1,
      key,
      of: 'part',
      from: 0,
      to: undefined,
      why: 'cold',
      fresh: false,
    });
    await clock.advance(1000);
    expect(last('fetch-ended')).toEqual({
      type: 'fetch-ended',
      fetch: 1,
      done: true,
      bytes: 20_000,
      status: 206,
    });
    expect(wanted.totals.at(-1)).toBe(20_000);
    const check = (index: number, length: number, digest = digests.subarray(32 * index)) =>
      say({
        type: 'check',
        key,
        index,
        digest: digest.slice(0, 32),
        length,
        from: { in: 'fetch', fetch: 1, offset: 16_384 * index },
      });
    check(0, 16_384);
    check(1, 3616);
    check(1, 3616, new Uint8Array(32));
    check(1, 9999);
    await clock.advance(1);
    const answers = inputs.flatMap((input) => (input.type === 'checked' ? [input.ok] : []));
    expect(answers).toEqual([false, true, true, false]);
    say({
      type: 'deliver',
      request: 1,
      parts: ['0/7/0'],
      firstByteAt: 5,
      lastByteAt: 9,
      httpBytes: 20_000,
      peerBytes: 0,
    });
    expect(wanted.log).toHaveLength(1);
    expect((wanted.log[0] as Delivery).bytes.join()).toBe(media.join());
    expect(engine.stats()).toMatchObject({ http: 20_000, httpByWhy: { cold: 20_000 } });
    expect(engine.stats().segments).toMatchObject([
      { sequence: 7, verified: true, firstByteAt: 5 },
    ]);
  });

  it('falls back to the hint of a verified record, and says when nobody knows the place', async () => {
    const { edge, engine, say, last } = await scripted();
    const fetch = {
      type: 'fetch',
      key,
      of: 'part',
      from: 0,
      to: 10,
      why: 'seed',
      fresh: true,
    } as const;
    say({ ...fetch, fetch: 1 });
    expect(last('fetch-ended')).toMatchObject({ fetch: 1, done: false, status: 0 });
    say({ type: 'recorded', sealed: sealedRecord({ sequence: 7 }) }, { ...fetch, fetch: 2 });
    expect(edge.requests).toEqual([{ url: 'memory:hint-7', from: 0, to: 10, fresh: true }]);
    expect(engine.records(0)).toHaveLength(1);
  });

  it('verifies both the signature and the list of digests', async () => {
    const { clock, say, inputs } = await scripted();
    const good = sealedRecord({ sequence: 7 });
    const other = sealedRecord({ sequence: 8, media: mediaOf(8, 60_000) });
    const flipped = good.signature.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    say({ type: 'verify', verify: 1, sealed: good });
    say({ type: 'verify', verify: 2, sealed: { ...good, digests: other.digests } });
    say({ type: 'verify', verify: 3, sealed: { ...good, signature: flipped } });
    await clock.advance(1);
    const answers = inputs.flatMap((input) => (input.type === 'verified' ? [input] : []));
    expect(answers.toSorted((a, b) => a.verify - b.verify).map(({ ok }) => ok)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('gets records over HTTP', async () => {
    const { clock, edge, say, inputs } = await scripted();
    edge.put('memory:records', encodeRecordList([sealedRecord({ sequence: 7 })]));
    say({ type: 'fetch-records', rendition: 0, since: 7, count: 4 });
    await clock.advance(1000);
    expect(inputs.slice(-2).map(({ type }) => type)).toEqual(['record', 'records-ended']);
  });

  it('delivers plain bytes as unverified', async () => {
    const { clock, edge, engine, say } = await scripted();
    edge.put('memory:seg', mediaOf(7, 500));
    const location = { url: 'memory:seg', from: 0, length: undefined };
    engine.located(0, true, [{ sequence: 7, durationMs: 2000, location }]);
    const wanted = sink();
    engine.want(SEGMENT, wanted);
    say({
      type: 'fetch',
      fetch: 4,
      key,
      of: 'part',
      from: 0,
      to: undefined,
      why: 'cold',
      fresh: false,
    });
    await clock.advance(1000);
    say({ type: 'deliver-plain', request: 1, fetches: [4] }, { type: 'release-fetch', fetch: 4 });
    expect(wanted.log).toMatchObject([{ verified: false, httpBytes: 500, peerBytes: 0 }]);
    expect(engine.stats().unverified).toBe(500);
  });

  it('tells the machine of a withdrawn want, once, and answers nothing afterwards', async () => {
    const { engine, say, inputs } = await scripted();
    const wanted = sink();
    const withdraw = engine.want(SEGMENT, wanted);
    withdraw();
    withdraw();
    say({ type: 'fail', request: 1, status: 404 });
    expect(inputs.filter(({ type }) => type === 'unwant')).toHaveLength(1);
    expect(wanted.log).toEqual([]);
  });

  it('passes failures on with their status', async () => {
    const { engine, say } = await scripted();
    const wanted = sink();
    engine.want(SEGMENT, wanted);
    say({ type: 'fail', request: 1, status: 404 });
    expect(wanted.log).toEqual([404]);
  });

  it('breaks once on a bug: every want fails, and nothing goes on', async () => {
    const { engine, emitter, say, inputs } = await scripted();
    const causes: unknown[] = [];
    emitter.on('broken', ({ cause }) => causes.push(cause));
    const before = sink();
    const after = sink();
    engine.want(SEGMENT, before);
    say({ type: 'no such output' } as unknown as PeerOutput);
    engine.want({ ...SEGMENT, sequence: 8 }, after);
    expect([before.log, after.log, causes.length]).toEqual([[0], [0], 1]);
    expect(engine.stats().why.code).toBe('broken');
    const { length } = inputs;
    engine.follow([]);
    expect(inputs).toHaveLength(length);
  });

  it('ends everything when destroyed', async () => {
    const { clock, edge, engine, say, inputs } = await scripted();
    edge.put('memory:hint-7', mediaOf(7));
    const wanted = sink();
    engine.want(SEGMENT, wanted);
    say({ type: 'recorded', sealed: sealedRecord({ sequence: 7 }) });
    say({
      type: 'fetch',
      fetch: 1,
      key,
      of: 'part',
      from: 0,
      to: undefined,
      why: 'cold',
      fresh: false,
    });
    engine.destroy();
    const { length } = inputs;
    await clock.advance(5000);
    expect([inputs.length, wanted.log, edge.bytesSent()]).toEqual([length, [0], 0]);
  });

  it('says why there are no peers', async () => {
    const { engine, said } = await scripted();
    expect(engine.stats().why.code).toBe('no-consent');
    engine.consent('refused');
    expect(engine.stats().why.code).toBe('refused-consent');
    engine.consent('granted');
    said.reason = 'no-tracker';
    expect(engine.stats().why.code).toBe('no-tracker');
  });
});
