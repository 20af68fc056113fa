import { expect, it } from 'vitest';
import { hasAlready, matchesNone, mayRange } from './conditional.js';

it('knows the tag in a list, weak or not', () => {
  expect(matchesNone('"a"', '"a"')).toBe(true);
  expect(matchesNone('W/"a"', '"a"')).toBe(true);
  expect(matchesNone('"b", "a"', 'W/"a"')).toBe(true);
  expect(matchesNone('*', '"a"')).toBe(true);
});

it('does not take one tag for another', () => {
  expect(matchesNone('"b"', '"a"')).toBe(false);
  expect(matchesNone(undefined, '"a"')).toBe(false);
  expect(matchesNone('*', undefined)).toBe(false);
  expect(matchesNone(`"a",${'x'.repeat(2000)}`, '"a"')).toBe(false);
});

it('allows a range only for the very same bytes', () => {
  expect(mayRange(undefined, undefined)).toBe(true);
  expect(mayRange('"a"', '"a"')).toBe(true);
  expect(mayRange('"a"', '"b"')).toBe(false);
  expect(mayRange('W/"a"', 'W/"a"')).toBe(false);
  expect(mayRange('Sun, 22 Nov 2026 13:00:00 GMT', '"a"')).toBe(false);
});

it('compares dates when no tag is named', () => {
  const [then, now] = ['Sun, 22 Nov 2026 13:00:00 GMT', 'Sun, 22 Nov 2026 14:00:00 GMT'];
  expect(hasAlready({ 'if-modified-since': then }, '"a"', then)).toBe(true);
  expect(hasAlready({ 'if-modified-since': now }, '"a"', then)).toBe(true);
  expect(hasAlready({ 'if-modified-since': then }, '"a"', now)).toBe(false);
  expect(hasAlready({ 'if-modified-since': then }, '"a"', undefined)).toBe(false);
  expect(hasAlready({ 'if-modified-since': 'never' }, '"a"', then)).toBe(false);
  expect(hasAlready({}, '"a"', then)).toBe(false);
});

it('looks at no date when tags are named', () => {
  const then = 'Sun, 22 Nov 2026 13:00:00 GMT';
  const asked = { 'if-none-match': '"b"', 'if-modified-since': then };
  expect(hasAlready(asked, '"a"', then)).toBe(false);
  expect(hasAlready({ ...asked, 'if-none-match': '"a"' }, '"a"', undefined)).toBe(true);
});
