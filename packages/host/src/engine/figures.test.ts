/** The figures and the reasons that users read. */
import { whyText } from '@shoal/core/telemetry';
import { describe, expect, it } from 'vitest';
import { createCounters, TIMELINE_MAX } from './counters.js';
import { createEmitter } from './events.js';
import { createRateMeter } from './rate-meter.js';
import { honestTransferMs } from './transfer-time.js';
import { explain, type WhyView } from './why.js';

const key = { rendition: 0, sequence: 7, part: 0 };
const segment = {
  rendition: 0,
  sequence: 1,
  httpBytes: 10,
  peerBytes: 20,
  verified: true,
  askedAt: 0,
  firstByteAt: 0,
  lastByteAt: 0,
  deliveredAt: 0,
};

describe('counters', () => {
  it('tell bytes by source, by reason and by neighbour', () => {
    const counters = createCounters();
    const neighbour = { peer: 'a', rttMs: 30, connectedAt: 5, received: 0, sent: 0, corrupt: 0 };
    const piece = { type: 'piece-received', key, index: 0, bytes: 100 } as const;
    counters.event({ ...piece, source: 'peer', peer: 'a', why: undefined }, neighbour);
    counters.event({ ...piece, source: 'edge', peer: undefined, why: 'seed' }, undefined);
    counters.event({ type: 'piece-sent', peer: 'a', bytes: 40 }, neighbour);
    counters.event({ type: 'piece-wasted', bytes: 3, source: 'edge' }, undefined);
    counters.event({ type: 'piece-corrupt', key, index: 1, peer: 'a' }, neighbour);
    counters.event({ type: 'piece-corrupt', key, index: 1, peer: undefined }, undefined);
    counters.event({ type: 'record-refused', key, peer: 'a' }, neighbour);
    counters.event({ type: 'piece-sent', peer: 'gone', bytes: 2 }, undefined);
    counters.http('seed', 100);
    counters.http('init', 5);
    counters.playlist('records');
    counters.request();
    const stats = counters.read();
    expect(stats).toMatchObject({
      http: 105,
      p2p: 100,
      uploaded: 42,
      httpByWhy: { seed: 100, init: 5 },
      httpRequests: 1,
      wasted: { peer: 0, edge: 3 },
      corrupt: { peer: 1, edge: 1 },
      recordsRefused: 1,
      playlists: { http: 0, records: 1 },
    });
    expect(neighbour).toMatchObject({ received: 100, sent: 40, corrupt: 1 });
    counters.playlist('records');
    expect(stats.playlists.records).toBe(1);
  });

  it('keep a short timeline, and count what was played unchecked', () => {
    const counters = createCounters();
    for (let i = 0; i < TIMELINE_MAX + 5; i++) counters.segment({ ...segment, sequence: i });
    counters.segment({ ...segment, verified: false, httpBytes: 77 });
    const { segments, unverified } = counters.read();
    expect([segments.length, segments[0]?.sequence, unverified]).toEqual([TIMELINE_MAX, 6, 77]);
  });

  it('count before any engine runs', () => {
    const counters = createCounters();
    counters.http('plain', 9);
    expect(counters.idle()).toMatchObject({ http: 9, peers: 0, why: { code: 'no-tag' } });
  });
});

describe('the emitter', () => {
  it('undoes, and keeps one listener from another', () => {
    const thrown: unknown[] = [];
    const emitter = createEmitter<{ a: number }>((what) => thrown.push(what));
    const heard: number[] = [];
    emitter.on('a', () => {
      throw new Error('of the page');
    });
    const undo = emitter.on('a', (value) => heard.push(value));
    emitter.emit('a', 1);
    undo();
    emitter.emit('a', 2);
    expect([heard, thrown.length]).toEqual([[1], 2]);
  });
});

describe('the rate of the edge', () => {
  it('comes only from bodies long enough, and follows the newest', () => {
    const meter = createRateMeter();
    meter.sample(20_000, 1);
    expect(meter.read()).toBe(0);
    meter.sample(100_000, 100);
    expect(meter.read()).toBe(8_000_000);
    meter.sample(100_000, 1000);
    expect(meter.read()).toBeCloseTo(1 / (0.4 / 800_000 + 0.6 / 8_000_000));
    meter.sample(20_000, 299);
    expect(meter.read()).toBeCloseTo(1_739_130, 0);
  });

  it('believes an edge that became slow, however short its bodies are', () => {
    const meter = createRateMeter();
    meter.sample(200_000, 16);
    for (let i = 0; i < 3; i++) meter.sample(35_000, 1_750);
    expect(meter.read()).toBeLessThan(220_000);
  });
});

describe('the time of a transfer', () => {
  const moved = (ms: number) => ({
    bytes: { length: 100_000 },
    firstByteAt: 50,
    lastByteAt: 50 + ms,
  });

  it('is the time that its bytes moved', () => {
    expect(honestTransferMs(moved(300), 0)).toBe(300);
    expect(honestTransferMs(moved(300), 8_000_000)).toBe(150);
    expect(honestTransferMs(moved(120), 8_000_000)).toBe(120);
  });

  it('is never none', () => {
    expect(honestTransferMs(moved(0), 0)).toBe(1);
  });
});

describe('why there are no peers', () => {
  const fine: WhyView = {
    broken: false,
    canLink: true,
    consent: 'granted',
    reason: 'linked',
    refused: undefined,
  };

  it.each<[Partial<WhyView>, string]>([
    [{}, 'linked'],
    [{ broken: true }, 'broken'],
    [{ canLink: false, consent: 'refused' }, 'no-webrtc'],
    [{ consent: 'unasked', reason: 'no-consent' }, 'no-consent'],
    [{ consent: 'refused', reason: 'no-consent' }, 'refused-consent'],
    [{ reason: 'no-tracker' }, 'no-tracker'],
    [{ reason: 'refused', refused: 'full' }, 'refused'],
    [{ reason: 'overloaded' }, 'overloaded'],
    [{ reason: 'waiting' }, 'waiting'],
    [{ reason: 'connecting' }, 'connecting'],
    [{ reason: 'alone' }, 'alone'],
  ])('%j is %s', (change, code) => {
    const why = explain({ ...fine, ...change });
    expect(why.code).toBe(code);
    expect(why.detail).toBe(change.refused);
    expect(whyText(why)).toMatch(/^[a-z][a-z :()]+$/i);
  });
});
