import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTarget } from './call.js';

it('reads paths and queries', () => {
  expect(readTarget('/')?.path).toBe('');
  expect(readTarget('/hls/a/r0.m3u8')?.path).toBe('hls/a/r0.m3u8');
  expect(readTarget('/a%20b?x=1&y=%2F')?.path).toBe('a b');
  expect(readTarget('/a?x=1&y=%2F')?.query.get('y')).toBe('/');
  expect(readTarget('/watch/')?.path).toBe('watch/');
});

it.each([
  '',
  'hls/a',
  '/../etc/passwd',
  '/hls/../../etc/passwd',
  '/hls/%2e%2e/%2e%2e/etc/passwd',
  '/hls/..%2f..%2fetc/passwd',
  '/hls//a',
  '//host/a',
  '/a/./b',
  '/a\\..\\b',
  '/a%5c..%5cb',
  '/a%00.m3u8',
  '/a%0d%0aX: y',
  '/%zz',
  '/%c0%ae%c0%ae/',
  'http://elsewhere/a',
])('refuses %j', (target) => {
  expect(readTarget(target)).toBeUndefined();
});

it('never lets a path leave its folder', () => {
  const piece = fc.constantFrom(
    '..',
    '.',
    '',
    'a',
    '%2e',
    '%2e%2e',
    '%2f',
    '/',
    '\\',
    '%5c',
    '%00',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const path = readTarget(`/${pieces.join('/')}`)?.path;
      if (path === undefined) return;
      expect(path.split('/')).not.toContain('..');
      expect(path.startsWith('/')).toBe(false);
      expect(path).not.toContain('\\');
    }),
  );
});
