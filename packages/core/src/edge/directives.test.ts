import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DIRECTIVES_CHARS_MAX, readDirectives, secondsOf } from './directives.js';

it('reads names, arguments and quoted arguments', () => {
  const found = readDirectives('Public, max-age=60 , s-maxage="5",private="a, b"');
  expect([...found]).toEqual([
    ['public', ''],
    ['max-age', '60'],
    ['s-maxage', '5'],
    ['private', 'a, b'],
  ]);
});

it('takes the first of two, and a number that is none for zero', () => {
  expect(secondsOf(readDirectives('max-age=1, max-age=9'), 'max-age')).toBe(1000);
  for (const bad of ['x', '-1', '1.5', '', '0x10']) {
    expect(secondsOf(readDirectives(`max-age=${bad}`), 'max-age'), bad).toBe(0);
  }
  expect(secondsOf(readDirectives('public'), 'max-age')).toBeUndefined();
  expect(secondsOf(readDirectives('max-age=99999999999999'), 'max-age')).toBe(2 ** 31 * 1000);
});

it('reads anything without failing, and no more than its limit', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      for (const name of readDirectives(text).keys()) expect(name).toBe(name.toLowerCase());
    }),
  );
  expect(readDirectives(`${'a,'.repeat(DIRECTIVES_CHARS_MAX)}no-store`).has('no-store')).toBe(
    false,
  );
  expect(readDirectives(undefined).size).toBe(0);
});
