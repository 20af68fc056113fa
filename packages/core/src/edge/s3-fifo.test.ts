import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bytes } from '../units/index.js';
import { S3Fifo } from './s3-fifo.js';

const cache = (bytesMax: number): S3Fifo => new S3Fifo(Bytes(bytesMax));
const add = (fifo: S3Fifo, key: string, bytes = 1): readonly string[] =>
  fifo.add(key, Bytes(bytes)).map((gone) => gone.key);

describe('what is kept', () => {
  it('is what came last, when nothing is asked for twice', () => {
    const fifo = cache(3);
    const gone = ['a', 'b', 'c', 'd', 'e'].flatMap((key) => add(fifo, key));
    expect(gone).toEqual(['a', 'b']);
    expect(fifo.count).toBe(3);
  });

  it('is what was asked for again, however much passes by once', () => {
    const fifo = cache(10);
    add(fifo, 'hot');
    for (let i = 0; i < 2; i += 1) fifo.hit('hot');
    for (let i = 0; i < 100; i += 1) add(fifo, `once${i}`);
    expect(fifo.sizeOf('hot')).toBe(1);
  });

  it('is what comes back soon after it had to go', () => {
    const fifo = cache(10);
    for (let i = 0; i < 12; i += 1) add(fifo, `k${i}`);
    expect(fifo.sizeOf('k0')).toBeUndefined();
    add(fifo, 'k0');
    for (let i = 0; i < 8; i += 1) add(fifo, `later${i}`);
    expect(fifo.sizeOf('k0')).toBe(1);
  });

  it('is not for ever what was hot once', () => {
    const fifo = cache(10);
    add(fifo, 'once-hot');
    for (let i = 0; i < 3; i += 1) fifo.hit('once-hot');
    for (let round = 0; round < 20; round += 1) {
      for (let i = 0; i < 12; i += 1) {
        add(fifo, `new${i}`);
        for (let hits = 0; hits < 3; hits += 1) fifo.hit(`new${i}`);
      }
    }
    expect(fifo.sizeOf('once-hot')).toBeUndefined();
  });
});

it('takes in what is larger than the share of what is new', () => {
  const fifo = cache(10);
  for (let i = 0; i < 10; i += 1) {
    add(fifo, `hot${i}`);
    for (let hits = 0; hits < 3; hits += 1) fifo.hit(`hot${i}`);
  }
  add(fifo, 'new');
  const gone = add(fifo, 'large', 3);
  expect(gone).toHaveLength(3);
  expect(fifo.sizeOf('large')).toBe(3);
});

it('takes note of a new size, and lets go of what is larger than all', () => {
  const fifo = cache(10);
  add(fifo, 'a', 2);
  add(fifo, 'a', 5);
  expect(fifo.bytes).toBe(5);
  expect(add(fifo, 'b', 11)).toContain('b');
  fifo.remove('a');
  fifo.remove('never');
  expect(fifo.count).toBe(0);
});

it('keeps to its bytes and tells of everything that goes, whatever is done', () => {
  const key = fc.integer({ min: 0, max: 20 }).map((i) => `k${i}`);
  const step = fc.record({
    what: fc.constantFrom('add', 'add', 'hit', 'remove'),
    key,
    bytes: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const fifo = cache(50);
      const held = new Map<string, number>();
      for (const { what, key: one, bytes } of steps) {
        if (what === 'hit') fifo.hit(one);
        else if (what === 'remove') {
          fifo.remove(one);
          held.delete(one);
        } else {
          held.set(one, bytes);
          for (const gone of add(fifo, one, bytes)) expect(held.delete(gone)).toBe(true);
        }
        const sum = [...held.values()].reduce((all, size) => all + size, 0);
        expect([fifo.bytes, fifo.count]).toEqual([sum, held.size]);
        expect(sum).toBeLessThanOrEqual(50);
      }
    }),
  );
});
