import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ms } from '../units/index.js';
import { isLoop, LOOP_CHARS_MAX, orderUpstreams } from './upstreams.js';

const WELL = { failures: 0, failedAt: Ms(0) };
const failed = (failures: number, failedAt: number) => ({ failures, failedAt: Ms(failedAt) });

it('keeps the order given while all are well', () => {
  expect(orderUpstreams(Ms(0), [WELL, WELL, WELL])).toEqual([0, 1, 2]);
});

it('asks one that failed last, until it has rested, longer each time', () => {
  expect(orderUpstreams(Ms(500), [failed(1, 0), WELL])).toEqual([1, 0]);
  expect(orderUpstreams(Ms(1000), [failed(1, 0), WELL])).toEqual([0, 1]);
  expect(orderUpstreams(Ms(1999), [failed(2, 0), WELL])).toEqual([1, 0]);
  expect(orderUpstreams(Ms(9999), [failed(99, 0), WELL])).toEqual([1, 0]);
  expect(orderUpstreams(Ms(10_000), [failed(99, 0), WELL])).toEqual([0, 1]);
});

it('leaves none out, whatever has failed', () => {
  const view = fc.record({ failures: fc.nat(1e6), failedAt: fc.nat(1e6).map(Ms) });
  fc.assert(
    fc.property(fc.nat(2e6), fc.array(view, { maxLength: 8 }), (now, views) => {
      const order = orderUpstreams(Ms(now), views);
      expect([...order].sort()).toEqual(views.map((_, at) => at));
    }),
  );
});

it('knows itself in a loop, and a path too long to be one', () => {
  expect(isLoop(undefined, 'a')).toBe(false);
  expect(isLoop('b, c; v=1', 'a')).toBe(false);
  expect(isLoop('b, a; v=1', 'a')).toBe(true);
  expect(isLoop('b,a', 'a')).toBe(true);
  expect(isLoop('ab', 'a')).toBe(false);
  expect(isLoop('1,2,3,4,5,6,7,8,9', 'a')).toBe(true);
  expect(isLoop('b'.repeat(LOOP_CHARS_MAX + 1), 'a')).toBe(true);
});
