import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readHttpDate } from './http-date.js';

it('reads what every HTTP server writes', () => {
  const ms = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) / 1000 }).map((s) => s * 1000);
  fc.assert(
    fc.property(ms, (at) => {
      expect(readHttpDate(new Date(at).toUTCString())).toBe(at);
    }),
  );
});

it('reads nothing else', () => {
  for (const bad of [
    undefined,
    '',
    '0',
    '2026-11-28',
    'Sat, 99 Nov 2026 12:00:00 GMT',
    'Sat, 00 Nov 2026 12:00:00 GMT',
    'Sat, 28 Nix 2026 12:00:00 GMT',
    'Sat, 28 Nov 2026 24:00:00 GMT',
    'Sat, 28 Nov 2026 12:00:00',
    'Sat, 28 Nov 2026 12:00:00 GMT, Sat, 28 Nov 2026 12:00:00 GMT',
  ]) {
    expect(readHttpDate(bad), String(bad)).toBeUndefined();
  }
});

it('reads the two old forms', () => {
  const at = Date.UTC(1994, 10, 6, 8, 49, 37);
  expect(readHttpDate('Sunday, 06-Nov-94 08:49:37 GMT')).toBe(at);
  expect(readHttpDate('Sun Nov  6 08:49:37 1994')).toBe(at);
  expect(readHttpDate('Saturday, 28-Nov-26 12:00:00 GMT')).toBe(Date.UTC(2026, 10, 28, 12));
});
