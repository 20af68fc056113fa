/** Where records and the tracker's word come from: HTTP bodies and the socket, hostile ones too. */
import { encodeFromTracker, encodeRecordList } from '@shoal/core/wire';
import { describe, expect, it } from 'vitest';
import type { MemoryCaller } from '../memory/index.js';
import { createMemoryClock, createMemoryEdge, createMemorySockets } from '../memory/index.js';
import { sealedRecord } from './record.fixture.js';
import { createRecordFetch, RECORDS_TIMEOUT } from './record-fetch.js';
import { createTrackerSession } from './tracker-session.js';

function records(url: string | undefined = 'memory:records') {
  const clock = createMemoryClock();
  const edge = createMemoryEdge({ clock });
  const log: string[] = [];
  const fetch = createRecordFetch({
    edge,
    clock,
    url,
    found: ({ record }) => void log.push(`found ${record.sequence}`),
    ended: (rendition, ok) => void log.push(`ended ${rendition} ${ok}`),
  });
  return { clock, edge, log, fetch };
}

describe('records over HTTP', () => {
  it('come in order, one request a rendition at a time', async () => {
    const { clock, edge, log, fetch } = records();
    edge.put(
      'memory:records',
      encodeRecordList([4, 5].map((sequence) => sealedRecord({ sequence }))),
    );
    fetch.get(2, 4, 64);
    fetch.get(2, 9, 64);
    await clock.advance(1000);
    expect(edge.requests.map(({ url }) => url)).toEqual([
      'memory:records?rendition=2&since=4&count=64',
    ]);
    expect(log).toEqual(['found 4', 'found 5', 'ended 2 true']);
    fetch.get(2, 6, 64);
    expect(edge.requests).toHaveLength(2);
  });

  it.each([
    ['are refused when the body is not records', new Uint8Array([0, 0, 0, 9, 1])],
    ['are none when the edge has none', undefined],
  ])('%s', async (_, body) => {
    const { clock, edge, log, fetch } = records();
    if (body !== undefined) edge.put('memory:records', body);
    fetch.get(0, 0, 64);
    await clock.advance(1000);
    expect(log).toEqual(['ended 0 false']);
  });

  it('are given up on when the edge is too slow, or has no place for them', async () => {
    const { clock, edge, log, fetch } = records();
    edge.put('memory:records', new Uint8Array(3));
    edge.fault('memory:records?rendition=0&since=0&count=64', { hang: true });
    fetch.get(0, 0, 64);
    await clock.advance(RECORDS_TIMEOUT + 1);
    expect(log).toEqual(['ended 0 false']);
    const nowhere: string[] = [];
    createRecordFetch({
      edge,
      clock,
      url: undefined,
      found() {},
      ended: (rendition, ok) => void nowhere.push(`${rendition} ${ok}`),
    }).get(1, 0, 64);
    expect(nowhere).toEqual(['1 false']);
  });
});

function tracker(urls: readonly string[]) {
  const clock = createMemoryClock();
  const fed: string[] = [];
  const callers = new Map<string, MemoryCaller>();
  const signals: string[] = [];
  const session = createTrackerSession({
    sockets: createMemorySockets({
      clock,
      accept(url, caller) {
        if (url === 'memory:dead') return undefined;
        callers.set(url, caller);
        return { message: () => {}, closed: () => {} };
      },
    }),
    urls,
    feed: (input) => void fed.push(input.type === 'tracker' ? input.message.type : input.type),
    signal: (_, payload) => void signals.push(payload),
  });
  return { clock, fed, callers, signals, session };
}

describe('the tracker session', () => {
  it('tries the next tracker after a failure', async () => {
    const { clock, fed, callers, session } = tracker(['memory:dead', 'memory:live']);
    session.open();
    await clock.advance(100);
    expect([fed, session.state.up]).toEqual([['tracker-down'], false]);
    session.open();
    await clock.advance(100);
    expect([fed, session.state.up, callers.size]).toEqual([
      ['tracker-down', 'tracker-up'],
      true,
      1,
    ]);
  });

  it('ends with a tracker that breaks the wire', async () => {
    const { clock, fed, callers, session } = tracker(['memory:live']);
    session.open();
    await clock.advance(100);
    const caller = callers.get('memory:live')!;
    caller.send(encodeFromTracker({ type: 'gone', peer: '0123456789abcdef', banned: false }));
    caller.send(new Uint8Array([250, 1, 2]));
    caller.send(encodeFromTracker({ type: 'gone', peer: '0123456789abcdef', banned: false }));
    await clock.advance(100);
    expect([fed, session.state.up]).toEqual([['tracker-up', 'gone', 'tracker-down'], false]);
  });

  it('says who it is, why it was refused, and hands signals to their links', async () => {
    const { clock, fed, callers, signals, session } = tracker(['memory:live']);
    session.open();
    await clock.advance(100);
    const caller = callers.get('memory:live')!;
    const peer = '0123456789abcdef';
    caller.send(encodeFromTracker({ type: 'refused', why: 'full', retryMs: 0 }));
    await clock.advance(100);
    expect(session.state).toEqual({ up: true, refused: 'full', self: undefined });
    const grants = { secret: new Uint8Array(16), linksMax: 8, statsMs: 1000 };
    caller.send(encodeFromTracker({ type: 'welcome', version: 1, peer, ...grants }));
    caller.send(encodeFromTracker({ type: 'signal', peer, payload: 'offer' }));
    await clock.advance(100);
    expect(session.state).toEqual({ up: true, refused: undefined, self: peer });
    expect([fed.slice(1), signals]).toEqual([['refused', 'welcome', 'signal'], ['offer']]);
  });

  it('is down at once without a tracker, and silent after its own close', async () => {
    const none = tracker([]);
    none.session.open();
    expect(none.fed).toEqual(['tracker-down']);
    const { clock, fed, session } = tracker(['memory:live']);
    session.open();
    session.close();
    await clock.advance(100);
    expect(fed).toEqual([]);
  });
});
