/** Fetches behind the gate: order, limits, silence and ends. */
import { describe, expect, it } from 'vitest';
import { createMemoryClock, createMemoryEdge } from '../memory/index.js';
import { createFetchGate } from './fetch-gate.js';
import { createFetchTable } from './fetch-table.js';

describe('the gate', () => {
  it('lets so many in at once, urgent ones first, and each leaves once', () => {
    const gate = createFetchGate(2);
    const started: string[] = [];
    const enter = (name: string, urgent = false) => gate.enter(urgent, () => started.push(name));
    const leaveA = enter('a');
    enter('b');
    const leaveC = enter('c');
    enter('d');
    enter('e', true);
    expect(started).toEqual(['a', 'b']);
    leaveA();
    leaveA();
    expect(started).toEqual(['a', 'b', 'e']);
    leaveC();
    expect(started).toEqual(['a', 'b', 'e']);
  });
});

function table(fetchBytesMax = 1_000_000) {
  const clock = createMemoryClock();
  const edge = createMemoryEdge({ clock, rate: 1_600_000 });
  edge.put('memory:a', new Uint8Array(100_000).fill(7));
  const gate = createFetchGate(3);
  const fetches = createFetchTable({ edge, clock, gate, edgeSilenceMs: 3000, fetchBytesMax });
  const log: string[] = [];
  const events = {
    bytes: (_: number, total: number) => void log.push(`${total}`),
    ended: (done: boolean, total: number, status: number) =>
      void log.push(`ended ${done} ${total} ${status}`),
  };
  const request = { url: 'memory:a', from: 0, to: undefined, fresh: false };
  return { clock, edge, fetches, log, events, request };
}

describe('the fetch table', () => {
  it('reports bytes as they come, keeps them until released, and times them', async () => {
    const { clock, fetches, log, events, request } = table();
    fetches.start(1, { ...request, to: 40_000 }, true, events);
    await clock.advance(1000);
    expect(log).toEqual(['16384', '32768', '40000', 'ended true 40000 206']);
    expect(fetches.slice(1, 32_768, 7232)).toHaveLength(7232);
    expect(fetches.whole(1)).toHaveLength(40_000);
    expect(fetches.pace(1)).toMatchObject({ bytesAfterFirst: 40_000 - 16_384 });
    fetches.release(1);
    expect([fetches.whole(1), fetches.pace(1)]).toEqual([undefined, undefined]);
  });

  it('says nothing after a cancel, and keeps what came', async () => {
    const { clock, fetches, log, events, request } = table();
    fetches.start(1, request, true, events);
    await clock.advance(150);
    const before = log.length;
    fetches.cancel(1);
    await clock.advance(5000);
    expect(log).toHaveLength(before);
    expect(fetches.whole(1)?.length).toBeGreaterThan(0);
  });

  it('ends a silent transfer, and one of more than it may be', async () => {
    const { clock, edge, fetches, log, events, request } = table(20_000);
    edge.fault('memory:a', { hang: true });
    fetches.start(1, request, true, events);
    await clock.advance(2999);
    expect(log).toEqual([]);
    await clock.advance(2);
    expect(log).toEqual(['ended false 0 0']);
    edge.fault('memory:a', undefined);
    fetches.start(2, request, true, events);
    await clock.advance(1000);
    expect(log.slice(1)).toEqual(['16384', 'ended false 16384 0']);
  });

  it('frees the gate however a fetch ends', async () => {
    const { clock, fetches, log, events, request } = table();
    for (let fetch = 1; fetch <= 4; fetch++) {
      fetches.start(fetch, { ...request, to: 10 }, true, events);
    }
    fetches.cancel(1);
    fetches.release(2);
    fetches.cancel(4);
    fetches.start(5, { ...request, to: 10 }, true, events);
    await clock.advance(1000);
    expect(log.filter((line) => line.startsWith('ended'))).toHaveLength(2);
  });
});
