import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carriedIn, inPath, isToken, TOKEN_CHARS_MAX, withoutTokens } from './carried.js';

const of = (target: string, header?: string, cookie?: string) => carriedIn(target, header, cookie);

describe('a token', () => {
  it.each([
    ['in the path', '/shoal-token=t/live/a?x=1', undefined, undefined, '/live/a?x=1', 'path'],
    ['in the query', '/live/a?x=1&shoal-token=t&y', undefined, undefined, '/live/a?x=1&y', 'query'],
    ['alone in the query', '/live/a?shoal-token=t', undefined, undefined, '/live/a', 'query'],
    ['named CAT in the query', '/live/a?CAT=t', undefined, undefined, '/live/a', 'query'],
    ['in a header', '/live/a', 't', undefined, '/live/a', 'header'],
    ['in a cookie', '/live/a', undefined, 'a=b; shoal-token=t', '/live/a', 'cookie'],
    ['in a cookie of CTA', '/live/a', undefined, 'CTA-Common-Access-Token=t', '/live/a', 'cookie'],
  ])('%s is found and taken out', (_what, target, header, cookie, bare, form) => {
    expect(of(target, header, cookie)).toEqual({ target: bare, tokens: ['t'], form });
  });

  it.each([
    ['/live/a?x=shoal-token=t'],
    ['/live/a?xshoal-token=t'],
    ['/live/a?shoal%2Dtoken=t'],
    ['/live/shoal-token=t/a'],
    ['/shoal-token=t'],
    ['/shoal-token=t?x=/live'],
    ['/SHOAL-TOKEN=t/live'],
  ])('is not in %s', (target) => {
    expect(of(target)).toEqual({ target, tokens: [], form: undefined });
  });

  it('is seen wherever there is one, and each different one', () => {
    const { target, tokens } = of(
      '/shoal-token=a/shoal-token=b/live/x?shoal-token=c&CAT=d&shoal-token=a',
      'e',
      'shoal-token=f; shoal-token=g',
    );
    expect(target).toBe('/live/x');
    expect(tokens).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(of('/live/x?CAT=a', 'a', 'shoal-token=a').tokens).toEqual(['a']);
  });

  it('is put into a path as it is taken out', () => {
    expect(inPath('/live/a?x', 'a.b')).toBe('/shoal-token=a.b/live/a?x');
    expect(of(inPath('/live/a?x', 'a.b')).target).toBe('/live/a?x');
  });

  it('has the letters of base64url and at most three parts', () => {
    for (const text of ['abc', 'a-_9.b.c', 'a.b']) expect(isToken(text)).toBe(true);
    for (const text of ['', '.', 'a.', 'a.b.c.d', 'a b', 'a=', 'á', 'a%2e', 'a\n']) {
      expect(isToken(text), text).toBe(false);
    }
    expect(isToken('a'.repeat(TOKEN_CHARS_MAX))).toBe(true);
    expect(isToken('a'.repeat(TOKEN_CHARS_MAX + 1))).toBe(false);
  });
});

it('leaves no token in the target, whatever is asked', () => {
  const piece = fc.constantFrom('/', '?', '&', 'shoal-token=', 'CAT=', 'T', 'a', '=', '%', '/live');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const { target, tokens } = of(`/${pieces.join('')}`);
      expect(target.startsWith('/')).toBe(true);
      // What is left has no token that another look would find.
      expect(of(target).tokens).toEqual([]);
      expect(tokens.length).toBeLessThanOrEqual(12);
    }),
    { numRuns: 3000 },
  );
});

describe('headers without tokens', () => {
  it.each([
    [{ 'cta-common-access-token': 't', range: 'bytes=0-1' }, { range: 'bytes=0-1' }],
    [{ cookie: 'a=b; shoal-token=t; c=d' }, { cookie: 'a=b; c=d' }],
    [{ cookie: 'shoal-token=t; c=d' }, { cookie: 'c=d' }],
    [{ cookie: 'CTA-Common-Access-Token=t;SHOAL-TOKEN="u v"' }, {}],
    [{ cookie: 'shoal-token' }, {}],
    [
      { cookie: 'my-shoal-token=x; shoal-tokens=y' },
      { cookie: 'my-shoal-token=x; shoal-tokens=y' },
    ],
    [{ referer: 'https://e.example/shoal-token=t/live/' }, {}],
    [{ referer: 'https://e.example/live/?a=b&CAT=t' }, {}],
    [{ referer: 'https://e.example/live/' }, { referer: 'https://e.example/live/' }],
    [{ cookie: '' }, {}],
  ])('of %j are %j', (headers, kept) => {
    expect(withoutTokens(headers)).toEqual(kept);
  });

  it('keep nothing that would be read as one', () => {
    const pair = fc.constantFrom(
      'shoal-token=t',
      ' CTA-common-access-token=t',
      'a=b',
      '',
      ' ',
      '=',
    );
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const { cookie } = withoutTokens({ cookie: pairs.join(';') });
        expect(carriedIn('/a', undefined, cookie).tokens).toEqual([]);
        expect((cookie?.match(/a=b/g) ?? []).length).toBe(
          pairs.filter((one) => one === 'a=b').length,
        );
      }),
    );
  });
});
