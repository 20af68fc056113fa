import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ms } from '../units/index.js';
import {
  type AnswerHead,
  ageAtArrival,
  type Content,
  DEFAULT_LIFETIME,
  lifetimeOf,
  mayStore,
  useOf,
} from './lifetime.js';

const DATE = 'Sat, 28 Nov 2026 12:00:00 GMT';
const LATER = 'Sat, 28 Nov 2026 12:00:30 GMT';
const head = (control?: string, more: Record<string, string> = {}, status = 200): AnswerHead => ({
  status,
  headers: { ...(control === undefined ? {} : { 'cache-control': control }), ...more },
});
const LIVE: Content = { type: 'playlist', targetMs: Ms(4000), ended: false };
const OTHER: Content = { type: 'other' };

describe('what may be stored', () => {
  it.each([
    [head(), true],
    [head('max-age=5'), true],
    [head('no-cache'), true],
    [head('no-store'), false],
    [head('private, max-age=5'), false],
    [head('max-age=5', { vary: 'accept, *' }), false],
    [head('max-age=5', { vary: 'accept' }), true],
    [head(undefined, {}, 404), true],
    [head(undefined, {}, 500), false],
    [head('max-age=5', {}, 500), true],
    [head('max-age=5', {}, 206), false],
    [head(undefined, {}, 302), false],
    [head('max-age=5', {}, 302), true],
    [head('public', {}, 599), true],
    [head('max-age=5, must-understand', {}, 599), false],
    [head('no-store, must-understand', {}, 200), true],
    [head('max-age=5', { 'cdn-cache-control': 'no-store' }), false],
    [head('no-store', { 'cdn-cache-control': 'max-age=5' }), true],
  ])('%j: %s', (answer, wanted) => expect(mayStore(answer)).toBe(wanted));
});

describe('what is for its asker alone', () => {
  const authorized = { authorization: true, cookies: false };
  const cookies = { authorization: false, cookies: true };
  it.each([
    ['max-age=5', false, true],
    ['max-age=5, public', true, true],
    ['max-age=5, must-revalidate', true, true],
    ['s-maxage=5', true, true],
    [undefined, false, false],
    ['public', true, true],
  ])('%s: authorized %s, with cookies %s', (control, asked, set) => {
    expect(mayStore(head(control), authorized)).toBe(asked);
    expect(mayStore(head(control), cookies)).toBe(set);
  });
});

describe('how long it is fresh', () => {
  it.each([
    ['the shared age first', head('max-age=60, s-maxage=5'), OTHER, 5000],
    ['an age before a date', head('max-age=60', { expires: DATE, date: DATE }), OTHER, 60_000],
    ['a date', head(undefined, { expires: LATER, date: DATE }), OTHER, 30_000],
    ['a date that is none', head(undefined, { expires: '0', date: DATE }), OTHER, 0],
    ['no-cache', head('no-cache, max-age=60'), OTHER, 0],
    ['what is said to CDNs', head('max-age=60', { 'cdn-cache-control': 'max-age=5' }), OTHER, 5000],
    [
      'what is said to CDNs, not what is said to all',
      head('max-age=60', { 'cdn-cache-control': 'public', expires: LATER, date: DATE }),
      OTHER,
      0,
    ],
    ['a live playlist', head(), LIVE, 2000],
    ['a complete one', head(), { ...LIVE, ended: true }, 60_000],
    ['a live playlist that says', head('max-age=1'), LIVE, 1000],
    ['a segment', head(), { type: 'segment' }, 60_000],
    ['nothing said', head(), OTHER, 0],
    ['a tenth of its age', head(undefined, { 'last-modified': DATE, date: LATER }), OTHER, 3000],
    ['what is not there', head(undefined, {}, 404), { type: 'segment' }, 1000],
  ] as const)('%s', (_what, answer, content, freshMs) =>
    expect(lifetimeOf(answer, content).freshMs).toBe(freshMs),
  );
});

describe('what is stale', () => {
  it('stands in for an upstream that fails, for live after half a target duration', () => {
    const life = lifetimeOf(head(), LIVE);
    expect(life).toEqual({ freshMs: 2000, renewMs: 0, standInMs: 60_000, cutOffMs: 2000 });
    expect(lifetimeOf(head('max-age=5'), OTHER).cutOffMs).toBe(DEFAULT_LIFETIME.cutOffMs);
  });

  it('goes through fresh, renewed, standing in, expired', () => {
    const life = lifetimeOf(head('max-age=10, stale-while-revalidate=5, stale-if-error=20'), OTHER);
    const uses = [0, 9999, 10_000, 14_999, 15_000, 29_999, 30_000];
    expect(uses.map((at) => useOf(Ms(at), life))).toEqual([
      'fresh',
      'fresh',
      'renew',
      'renew',
      'stand-in',
      'stand-in',
      'expired',
    ]);
  });

  it.each(['must-revalidate', 'proxy-revalidate', 's-maxage=1', 'no-cache'])(
    'is never sent under %s',
    (word) => {
      const life = lifetimeOf(head(`stale-if-error=60, stale-while-revalidate=60, ${word}`), LIVE);
      expect(useOf(Ms(5000), life)).toBe('expired');
    },
  );
});

it('counts the age before arrival', () => {
  const at = Date.parse(DATE);
  expect(ageAtArrival(head(), at, Ms(50))).toBe(50);
  expect(ageAtArrival(head(undefined, { age: '7' }), at, Ms(50))).toBe(7050);
  expect(ageAtArrival(head(undefined, { date: DATE, age: '7' }), at + 9000, Ms(0))).toBe(9000);
  expect(ageAtArrival(head(undefined, { date: DATE }), at - 9000, Ms(0))).toBe(0);
  for (const age of ['-5', 'abc', '1.0', '0, 0', '7;a=b', '']) {
    expect(ageAtArrival(head(undefined, { age }), at, Ms(0)), age).toBeGreaterThan(1e12);
  }
});

it('never yields a negative or unbounded time, whatever the upstream says', () => {
  const value = fc.oneof(fc.string(), fc.constantFrom('max-age=1e9', 'max-age=-1', DATE, LATER));
  fc.assert(
    fc.property(value, value, value, (control, expires, date) => {
      const life = lifetimeOf(head(control, { expires, date }), LIVE);
      for (const ms of Object.values(life)) {
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(ms)).toBe(true);
      }
    }),
  );
});
