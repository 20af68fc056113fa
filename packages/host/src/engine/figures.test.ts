/** The figures and the reasons that users read. */
import { describe, expect, it } from 'vitest';
import { createCounters, TIMELINE_MAX } from './counters.js';
import { createEmitter, ENGINE_EVENTS } from './events.js';
import { createIdle } from './idle.js';
import { createRateMeter } from './rate-meter.js';
import { honestTransferMs } from './transfer-time.js';
import { explain, SENTENCES, type WhyView } from './why.js';

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
    counters.rtt('a', 30);
    counters.event(5, { type: 'peer-connected', peer: 'a' });
    const piece = { type: 'piece-received', key, index: 0, bytes: 100 } as const;
    counters.event(6, { ...piece, source: 'peer', peer: 'a', why: undefined });
    counters.event(7, { ...piece, source: 'edge', peer: undefined, why: 'seed' });
    counters.event(8, { type: 'piece-sent', peer: 'a', bytes: 40 });
    counters.event(8, { type: 'piece-wasted', bytes: 3, source: 'edge' });
    counters.event(9, { type: 'piece-corrupt', key, index: 1, peer: 'a' });
    counters.event(9, { type: 'piece-corrupt', key, index: 1, peer: undefined });
    counters.event(9, { type: 'record-refused', key, peer: 'a' });
    counters.http('seed', 100);
    counters.http('init', 5);
    counters.playlist('records');
    counters.request();
    const stats = counters.read();
    expect(stats).toMatchObject({
      http: 105,
      p2p: 100,
      uploaded: 40,
      httpByWhy: { seed: 100, init: 5, cold: 0 },
      httpRequests: 1,
      wasted: { peer: 0, edge: 3 },
      corrupt: { peer: 1, edge: 1 },
      recordsRefused: 1,
      playlists: { http: 0, records: 1 },
      neighbours: [{ peer: 'a', rttMs: 30, connectedAt: 5, received: 100, sent: 40, corrupt: 1 }],
    });
    counters.event(10, { type: 'peer-closed', peer: 'a', why: 'left' });
    expect(counters.read().neighbours).toEqual([]);
    expect(stats.neighbours).toHaveLength(1);
  });

  it('keep a short timeline, and count what was played unchecked', () => {
    const counters = createCounters();
    for (let i = 0; i < TIMELINE_MAX + 5; i++) counters.segment({ ...segment, sequence: i });
    counters.segment({ ...segment, verified: false, httpBytes: 77 });
    const { segments, unverified } = counters.read();
    expect([segments.length, segments[0]?.sequence, unverified]).toEqual([TIMELINE_MAX, 6, 77]);
  });

  it('count before any engine runs', () => {
    const idle = createIdle();
    idle.countHttp('plain', 9);
    expect(idle.stats()).toMatchObject({ http: 9, peers: 0, why: { code: 'no-tag' } });
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

  it('knows every event once', () => {
    expect(new Set(ENGINE_EVENTS).size).toBe(ENGINE_EVENTS.length);
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
    overloaded: false,
    canLink: true,
    consent: 'granted',
    trackers: 1,
    phase: 'up',
    refused: undefined,
    links: 0,
    linksAll: 0,
  };

  it.each<[Partial<WhyView>, string]>([
    [{ links: 2 }, 'linked'],
    [{ broken: true, links: 2 }, 'broken'],
    [{ canLink: false }, 'no-webrtc'],
    [{ consent: 'unasked' }, 'no-consent'],
    [{ consent: 'refused' }, 'refused-consent'],
    [{ trackers: 0 }, 'no-tracker'],
    [{ phase: 'down' }, 'no-tracker'],
    [{ phase: 'down', refused: 'full' }, 'refused'],
    [{ phase: 'down', overloaded: true }, 'overloaded'],
    [{ phase: 'opening' }, 'waiting'],
    [{ phase: 'idle' }, 'waiting'],
    [{ linksAll: 1 }, 'connecting'],
    [{}, 'alone'],
  ])('%j is %s', (change, code) => {
    const why = explain({ ...fine, ...change });
    expect(why.code).toBe(code);
    expect(why.text).toContain(SENTENCES[why.code]);
  });
});
