import { expect, test } from 'vitest';
import { tooOld } from './node-version.mjs';

test('the floor is 20.19', () => {
  expect(tooOld('20.19.0')).toBeUndefined();
  expect(tooOld('24.1.0')).toBeUndefined();
  expect(tooOld('20.18.3')).toMatch(/^Shoal needs Node\.js 20\.19 or newer/);
  expect(tooOld('9.9.9')).toBeDefined();
});
