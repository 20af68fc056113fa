import { expect, it } from 'vitest';
import { cacheControl } from './freshness.js';

it('keeps what cannot change for ever', () => {
  expect(cacheControl({ type: 'immutable' })).toBe('public, max-age=31536000, immutable');
});

it('lets caches, not players, keep a live playlist, one to five seconds', () => {
  const seconds = (targetMs: number) => cacheControl({ type: 'live-playlist', targetMs });
  expect(seconds(1000)).toBe('public, max-age=0, s-maxage=1');
  expect(seconds(6000)).toBe('public, max-age=0, s-maxage=3');
  expect(seconds(60_000)).toBe('public, max-age=0, s-maxage=5');
});

it('keeps records a second while they grow and pages not at all', () => {
  expect(cacheControl({ type: 'records', live: true })).toBe('public, max-age=1');
  expect(cacheControl({ type: 'page' })).toBe('no-cache');
});
