/** Misbehaviour says what it is meant to say, and nothing else changes. */
import { expect, it } from 'vitest';
import { distorted, fateOf } from './mischief.js';

const key = { rendition: 0, sequence: 7, part: 0 };
const have = { type: 'have', key, pieces: 9, bits: Uint8Array.of(1, 0) } as const;
const refuse = { type: 'refuse', key, pieces: [1], why: 'missing' } as never;
const holdings = { type: 'holdings', rendition: 0, playhead: 7, runs: [] } as const;

it('lets a liar boast of everything and refuse nothing', () => {
  expect(distorted('liar', have)).toEqual({ ...have, bits: 'all' });
  expect(distorted('liar', refuse)).toBeUndefined();
  expect(distorted('liar', holdings)).toMatchObject({ runs: [{ from: 7, count: 16 }] });
});

it('lets the mute say hello only', () => {
  const hello = { type: 'hello' } as never;
  expect(distorted('mute', hello)).toBe(hello);
  expect(distorted('mute', have)).toBeUndefined();
});

it('lets all others speak the truth', () => {
  for (const behaviour of ['good', 'polluter', 'silent', 'slow-drip', 'leaver'] as const) {
    expect(distorted(behaviour, have)).toBe(have);
  }
});

it('knows what becomes of pieces', () => {
  expect([fateOf('good'), fateOf('polluter'), fateOf('slow-drip')]).toEqual([
    'sent',
    'spoilt',
    'dripped',
  ]);
  expect([fateOf('silent'), fateOf('mute'), fateOf('liar')]).toEqual(['kept', 'kept', 'kept']);
});
