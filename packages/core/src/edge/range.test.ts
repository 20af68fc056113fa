import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRange, resolveRange } from './range.js';

const answer = (header: string | undefined, length: number) =>
  resolveRange(readRange(header), length);

describe('byte ranges', () => {
  it('sends the whole object when nothing usable is asked', () => {
    for (const header of [
      undefined,
      '',
      'bytes=',
      'bytes=-',
      'items=0-1',
      'bytes=5-2',
      'bytes=0-1,4-5',
      'bytes=0x1-2',
      'bytes=-1-2',
      `bytes=0-${'9'.repeat(40)}`,
      `bytes=${' '.repeat(500)}0-1`,
    ]) {
      expect(answer(header, 100), String(header)).toEqual({ type: 'whole' });
    }
  });

  it('reads spans, open ends and suffixes', () => {
    expect(answer('bytes=0-0', 100)).toEqual({ type: 'part', from: 0, end: 1 });
    expect(answer('bytes=10-', 100)).toEqual({ type: 'part', from: 10, end: 100 });
    expect(answer('bytes=10-999', 100)).toEqual({ type: 'part', from: 10, end: 100 });
    expect(answer('bytes=-7', 100)).toEqual({ type: 'part', from: 93, end: 100 });
    expect(answer('bytes=-700', 100)).toEqual({ type: 'part', from: 0, end: 100 });
  });

  it('refuses what lies outside', () => {
    expect(answer('bytes=100-', 100)).toEqual({ type: 'unsatisfiable' });
    expect(answer('bytes=-0', 100)).toEqual({ type: 'unsatisfiable' });
    expect(answer('bytes=0-', 0)).toEqual({ type: 'unsatisfiable' });
  });

  it('never names bytes that the object does not have', () => {
    const part = fc.oneof(fc.constant(''), fc.nat(200).map(String), fc.string());
    fc.assert(
      fc.property(part, part, fc.nat(150), (first, last, length) => {
        const got = answer(`bytes=${first}-${last}`, length);
        if (got.type !== 'part') return;
        expect(got.from).toBeGreaterThanOrEqual(0);
        expect(got.end).toBeGreaterThan(got.from);
        expect(got.end).toBeLessThanOrEqual(length);
      }),
    );
  });
});
