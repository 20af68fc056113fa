import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnder, plainPath } from './path.js';

describe('the plain path', () => {
  it.each([
    ['/live/a.m3u8?x=1', '/live/a.m3u8'],
    ['/', '/'],
    ['/live/', '/live/'],
    ['/l%C3%ADve/a%20b.m4s', '/líve/a b.m4s'],
    ['/a..b/c...', '/a..b/c...'],
    ['/100%25/a', '/100%/a'],
    ['/a?../..', '/a'],
  ])('of %s is %s', (target, path) => expect(plainPath(target)).toBe(path));

  it.each([
    '',
    'live',
    '?/live/',
    '/live/../paid/a',
    '/live/..',
    '/live/./a',
    '/live//a',
    '//live/a',
    '/live/%2e%2e/paid/a',
    '/live/.%2E/paid/a',
    '/live/%252e%252e/paid/a',
    '/live/%25252e%25252e/paid/a',
    '/live/%25%32e/paid/a',
    '/live/..%2fpaid/a',
    '/live/..%5cpaid/a',
    '/live/..\\paid/a',
    '/live%2f..%2fpaid/a',
    '/live/..;/paid/a',
    '/live/..;x=1/paid/a',
    '/live/a%00.m4s',
    '/live/a%0a',
    '/live/%c0%ae%c0%ae/paid/a',
    '/live/%e0%80%ae',
    '/live/.%25;2e',
    '/live/;..',
    '/live/%3b../a',
    '/live/;/a',
    '/live/%zz',
    '/live/%',
  ])('of %j is not to be had', (target) => expect(plainPath(target)).toBeUndefined());

  it('never leaves the folder it is said to be in, however often a server decodes', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '%2e',
      '%252E',
      '%2f',
      '%5c',
      '\\',
      ';',
      'a',
      '%25',
      '2e',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const target = `/live/${pieces.join('')}`;
        const path = plainPath(target);
        if (path === undefined || !isUnder(path, '/live')) return;
        let [seen, before] = [target, ''];
        for (let count = 0; seen !== before && count < 5; count += 1) {
          before = seen;
          const url = new URL(seen.replaceAll('\\', '/').replaceAll(';', ''), 'http://a');
          expect(url.pathname.startsWith('/live')).toBe(true);
          try {
            seen = decodeURIComponent(seen);
          } catch {
            return;
          }
        }
      }),
      { numRuns: 5000 },
    );
  });
});

it('lies in a folder by whole segments', () => {
  expect(isUnder('/live/a', '/live')).toBe(true);
  expect(isUnder('/live/a', '/live/')).toBe(true);
  expect(isUnder('/live', '/live')).toBe(true);
  expect(isUnder('/live', '/live/')).toBe(false);
  expect(isUnder('/lively/a', '/live')).toBe(false);
  expect(isUnder('/LIVE/a', '/live')).toBe(false);
  expect(isUnder('/any', '/')).toBe(true);
});
