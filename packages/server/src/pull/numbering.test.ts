import { expect, it } from 'vitest';
import { continuity, knownOf } from './numbering.js';
import type { NamedSegment } from './playlist.js';

const run = (from: number, to: number, prefix = 'a'): NamedSegment[] => {
  const segments: NamedSegment[] = [];
  for (let sequence = from; sequence <= to; sequence++) {
    const place = {
      url: `http://h/${from}/${prefix}${sequence}.m4s?token=${from}`,
      slice: undefined,
    };
    const plain = { init: undefined, gap: false, discontinuity: false, dateMs: undefined };
    const source = { sequence, durationMs: 2000, uri: '', keyTags: [], otherTags: [] };
    segments.push({ ...source, ...plain, place, source: { ...source, ...plain } });
  }
  return segments;
};

const known = knownOf(run(10, 15), true);

it('tells a continuation from a repetition', () => {
  expect(continuity(known, run(11, 16), true)).toBe('next');
  expect(continuity(known, run(10, 15), true)).toBe('same');
  expect(continuity(known, run(10, 15), false)).toBe('next');
});

it('ignores an older answer of a cache', () => {
  expect(continuity(known, run(9, 14), true)).toBe('stale');
});

it('sees that numbering began anew', () => {
  expect(continuity(known, run(0, 3), true)).toBe('restarted');
  expect(continuity(known, run(10, 12, 'b'), true)).toBe('restarted');
  expect(continuity(known, run(15, 20, 'b'), true)).toBe('restarted');
});
