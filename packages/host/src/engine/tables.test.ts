/** The small tables of an engine: pieces, fetch buffers, locations, records, signals, wants. */
import { describe, expect, it } from 'vitest';
import { createFetchBuffer } from './fetch-buffer.js';
import { createLocations, rangeOf } from './locations.js';
import { createPieceStore } from './piece-store.js';
import { sealedRecord } from './record.fixture.js';
import { createRecordShelf } from './record-shelf.js';
import { createSignalBox, SIGNAL_BOX } from './signal-box.js';
import { createWants } from './wants.js';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('piece store', () => {
  it('joins whole parts into a copy, whatever order the pieces came in', () => {
    const store = createPieceStore();
    const last = bytes(3);
    store.put('0/1/0', 1, last);
    store.put('0/1/0', 0, bytes(1, 2));
    store.put('0/1/1', 0, bytes(4));
    const joined = store.join(['0/1/0', '0/1/1']);
    expect([...joined]).toEqual([1, 2, 3, 4]);
    joined[2] = 9;
    expect(store.get('0/1/0', 1)).toEqual(bytes(3));
  });

  it('throws rather than hand over a part with a hole', () => {
    const store = createPieceStore();
    store.put('0/1/0', 1, bytes(3));
    expect(() => store.join(['0/1/0'])).toThrow('a piece is missing');
  });

  it('forgets what is evicted', () => {
    const store = createPieceStore();
    store.put('0/1/0', 0, bytes(1, 2));
    store.evict('0/1/0');
    store.evict('0/2/0');
    expect(store.get('0/1/0', 0)).toBeUndefined();
  });
});

describe('fetch buffer', () => {
  it('grows beyond what was expected, and gives copies of what is all there', () => {
    const buffer = createFetchBuffer(2);
    buffer.add(bytes(1, 2, 3));
    buffer.add(bytes(4));
    expect(buffer.length()).toBe(4);
    expect(buffer.slice(1, 3)).toEqual(bytes(2, 3, 4));
    expect(buffer.slice(1, 4)).toBeUndefined();
    expect(buffer.whole()).toEqual(bytes(1, 2, 3, 4));
  });
});

describe('locations', () => {
  it('forget the oldest when there are too many', () => {
    const locations = createLocations(2);
    for (const sequence of [1, 2, 3]) {
      locations.set(
        { rendition: 0, sequence },
        { url: `u${sequence}`, from: 0, length: undefined },
      );
    }
    expect([1, 2, 3].map((sequence) => locations.get({ rendition: 0, sequence })?.url)).toEqual([
      undefined,
      'u2',
      'u3',
    ]);
    expect(locations.get({ rendition: 1, sequence: 3 })).toBeUndefined();
  });

  it('place a range of a segment inside the resource that holds it', () => {
    const whole = { url: 'u', from: 0, length: undefined };
    const part = { url: 'u', from: 1000, length: 500 };
    expect(rangeOf(whole, 0, undefined)).toEqual({ url: 'u', from: 0, to: undefined });
    expect(rangeOf(whole, 16, 32)).toEqual({ url: 'u', from: 16, to: 32 });
    expect(rangeOf(part, 0, undefined)).toEqual({ url: 'u', from: 1000, to: 1500 });
    expect(rangeOf(part, 16, 32)).toEqual({ url: 'u', from: 1016, to: 1032 });
  });
});

describe('record shelf', () => {
  it('keeps records in order, one a part, and the newest when there are too many', () => {
    const shelf = createRecordShelf(3);
    for (const sequence of [5, 3, 4, 4, 6]) shelf.add(sealedRecord({ sequence }));
    expect(shelf.list(0).map(({ record }) => record.sequence)).toEqual([4, 5, 6]);
    expect(shelf.get({ rendition: 0, sequence: 5, part: 0 })?.sequence).toBe(5);
    expect(shelf.get({ rendition: 0, sequence: 5, part: 1 })).toBeUndefined();
    expect(shelf.list(1)).toEqual([]);
  });
});

describe('signal box', () => {
  it('keeps a few signals of a few peers, and hands them out once', () => {
    const box = createSignalBox();
    for (let i = 0; i < SIGNAL_BOX.signals + 5; i++) box.put('a', `${i}`);
    expect(box.take('a')).toHaveLength(SIGNAL_BOX.signals);
    expect(box.take('a')).toEqual([]);
    for (let i = 0; i <= SIGNAL_BOX.peers; i++) box.put(`p${i}`, 'x');
    expect([box.take('p0'), box.take('p1')]).toEqual([[], ['x']]);
  });
});

describe('wants', () => {
  it('are answered once', () => {
    const wants = createWants();
    const sink = { delivered() {}, failed() {} };
    const { request } = wants.add({ rendition: 0, sequence: 7, askedAt: 0, sink });
    expect(wants.of({ rendition: 0, sequence: 7, part: 0 })).toHaveLength(1);
    expect(wants.of({ rendition: 1, sequence: 7, part: 0 })).toHaveLength(0);
    expect(wants.take(request)?.sequence).toBe(7);
    expect(wants.take(request)).toBeUndefined();
  });
});
