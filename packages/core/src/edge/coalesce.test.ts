import { describe, expect, it } from 'vitest';
import { Ms } from '../units/index.js';
import { DEFAULT_CACHE, decide, statusForViewer, worthKeeping, worthWriting } from './coalesce.js';
import { ABSENT_MS } from './freshness.js';

describe('what to do with a request', () => {
  it('fetches once, joins while that fetch runs, then answers from memory', () => {
    expect(decide(0, undefined)).toEqual({ type: 'fill' });
    expect(decide(0, { status: 'filling' })).toEqual({ type: 'join' });
    expect(decide(0, { status: 'full' })).toEqual({ type: 'hit' });
  });

  it('remembers an error for a moment, then asks again', () => {
    const held = { status: 'absent', since: 1000, code: 404 } as const;
    expect(decide(1000 + ABSENT_MS - 1, held)).toEqual({ type: 'refuse', code: 404 });
    expect(decide(1000 + ABSENT_MS, held)).toEqual({ type: 'fill' });
  });
});

it('does not let one object push out all others', () => {
  const config = { ...DEFAULT_CACHE, bytesMax: 1000 };
  expect(worthKeeping(250, config)).toBe(true);
  expect(worthKeeping(251, config)).toBe(false);
});

it('tells viewers only what they can act on', () => {
  expect([404, 410, 429, 503, 500, 302, 0].map(statusForViewer)).toEqual([
    404, 404, 503, 503, 502, 502, 504,
  ]);
});

it('writes to disk what stays true for a while and is not most of it', () => {
  expect(worthWriting(1000, Ms(60_000), 10_000)).toBe(true);
  expect(worthWriting(1000, Ms(2000), 10_000)).toBe(false);
  expect(worthWriting(3000, Ms(60_000), 10_000)).toBe(false);
});
