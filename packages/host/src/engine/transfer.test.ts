/** Transfers behind the gate: order, limits, silence and ends. */
import { describe, expect, it } from 'vitest';
import { createMemoryClock, createMemoryEdge } from '../memory/index.js';
import { createFetchGate } from './fetch-gate.js';
import { Transfer } from './transfer.js';

describe('the gate', () => {
  it('lets so many in at once, urgent ones first', () => {
    const gate = createFetchGate(2);
    const started: string[] = [];
    const enter = (name: string, urgent = false) => gate.enter(urgent, () => started.push(name));
    const leaveA = enter('a');
    const leaveB = enter('b');
    const leaveC = enter('c');
    enter('d');
    enter('e', true);
    expect(started).toEqual(['a', 'b']);
    leaveA();
    expect(started).toEqual(['a', 'b', 'e']);
    leaveC();
    expect(started).toEqual(['a', 'b', 'e']);
    leaveB();
    expect(started).toEqual(['a', 'b', 'e', 'd']);
  });
});

function setUp(fetchBytesMax = 1_000_000) {
  const clock = createMemoryClock();
  const edge = createMemoryEdge({ clock, rate: 1_600_000 });
  edge.put('memory:a', new Uint8Array(100_000).fill(7));
  const gate = createFetchGate(3);
  const parts = { edge, clock, gate, edgeSilenceMs: 3000, fetchBytesMax };
  const log: string[] = [];
  const events = {
    bytes: (_: number, total: number) => void log.push(`${total}`),
    ended: (done: boolean, total: number, status: number) =>
      void log.push(`ended ${done} ${total} ${status}`),
  };
  const request = { url: 'memory:a', from: 0, to: undefined, fresh: false };
  const start = (change = {}) => new Transfer(parts, { ...request, ...change }, true, events);
  return { clock, edge, log, start };
}

describe('a transfer', () => {
  it('reports bytes as they come, keeps them, and times them', async () => {
    const { clock, log, start } = setUp();
    const transfer = start({ to: 40_000 });
    await clock.advance(1000);
    expect(log).toEqual(['16384', '32768', '40000', 'ended true 40000 206']);
    expect(transfer.buffer.slice(32_768, 7232)).toHaveLength(7232);
    expect(transfer.buffer.whole()).toHaveLength(40_000);
    expect(transfer.pace).toMatchObject({ bytesAfterFirst: 40_000 - 16_384 });
  });

  it('says nothing after a stop, and keeps what came', async () => {
    const { clock, log, start } = setUp();
    const transfer = start();
    await clock.advance(150);
    const before = log.length;
    transfer.stop();
    await clock.advance(5000);
    expect(log).toHaveLength(before);
    expect(transfer.buffer.whole().length).toBeGreaterThan(0);
  });

  it('ends when it is silent, and when it is more than it may be', async () => {
    const { clock, edge, log, start } = setUp(20_000);
    edge.fault('memory:a', { hang: true });
    start();
    await clock.advance(2999);
    expect(log).toEqual([]);
    await clock.advance(2);
    expect(log).toEqual(['ended false 0 0']);
    edge.fault('memory:a', undefined);
    start();
    await clock.advance(1000);
    expect(log.slice(1)).toEqual(['16384', 'ended false 16384 0']);
  });

  it('leaves the gate once, however it ends', async () => {
    const { clock, log, start } = setUp();
    const transfers = Array.from({ length: 4 }, () => start({ to: 10 }));
    for (const index of [0, 0, 1, 3]) transfers[index]?.stop();
    start({ to: 10 });
    await clock.advance(1000);
    expect(log.filter((line) => line.startsWith('ended'))).toHaveLength(2);
  });
});
