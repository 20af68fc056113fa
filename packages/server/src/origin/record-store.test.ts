import type { SealedRecord } from '@shoal/core/wire';
import { expect, it } from 'vitest';
import { createRecordStore } from './record-store.js';

const record = (rendition: number, sequence: number, part = 0): SealedRecord => {
  const empty = new Uint8Array();
  const inner = { rendition, sequence, part } as SealedRecord['record'];
  return { record: inner, signed: empty, signature: empty, digests: empty };
};
const sequences = (list: readonly SealedRecord[]) => list.map((one) => one.record.sequence);

it('lists in order, whatever the order of signing', () => {
  const store = createRecordStore();
  for (const sequence of [5, 1, 9, 3, 7]) store.add(record(0, sequence));
  store.add(record(1, 2));
  expect(sequences(store.list(0, 3, 64))).toEqual([3, 5, 7, 9]);
  expect(sequences(store.list(0, 4, 64))).toEqual([5, 7, 9]);
  expect(store.list(0, 10, 64)).toEqual([]);
  expect(store.list(9, 0, 64)).toEqual([]);
});

it('lists as many as it is asked for', () => {
  const store = createRecordStore();
  for (let sequence = 0; sequence < 200; sequence++) store.add(record(0, sequence));
  const listed = sequences(store.list(0, 10, 64));
  expect([listed.length, listed[0], listed.at(-1)]).toEqual([64, 10, 73]);
  expect(sequences(store.list(0, 10, 2))).toEqual([10, 11]);
});

it('forgets what is old, one rendition at a time', () => {
  const store = createRecordStore();
  for (const rendition of [0, 1]) {
    for (const sequence of [1, 2, 3]) store.add(record(rendition, sequence));
  }
  store.forget(0, 3);
  expect(sequences(store.list(0, 0, 64))).toEqual([3]);
  expect(store.has(0, 1)).toBe(false);
  expect(store.count).toBe(4);
});

it('tells watchers, also after everything was cleared', () => {
  const store = createRecordStore();
  const seen: number[] = [];
  const undo = store.watch((sealed) => seen.push(sealed.record.sequence));
  store.add(record(0, 1));
  store.clear();
  store.add(record(0, 2));
  undo();
  store.add(record(0, 3));
  expect(seen).toEqual([1, 2]);
  expect(store.count).toBe(2);
});

it('lists every part of a segment in order, and a part that comes again in its place', () => {
  const store = createRecordStore();
  for (const part of [1, 0, 2]) store.add(record(0, 7, part));
  store.add(record(0, 8));
  const again = record(0, 7, 2);
  store.add(again);
  const listed = store.list(0, 7, 64);
  expect(listed.map(({ record: { sequence, part } }) => [sequence, part])).toEqual([
    [7, 0],
    [7, 1],
    [7, 2],
    [8, 0],
  ]);
  expect(listed[2]).toBe(again);
  expect([store.has(0, 7), store.has(0, 9), store.count]).toEqual([true, false, 4]);
  store.forget(0, 8);
  expect([store.has(0, 7), store.count]).toEqual([false, 1]);
});
