import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRANT_RULES_MAX } from './grant.js';
import { grantOfJwt } from './jwt-claims.js';

it('is a grant for its paths and networks', () => {
  const claims = { exp: 200, nbf: 100, path: ['/a/', '/b'], net: '10.0.0.0/8', jti: 'x', iat: 1 };
  expect(grantOfJwt(claims)).toEqual({
    from: 100,
    until: 200,
    groups: [
      [
        { part: 'path', how: 'under', value: '/a/' },
        { part: 'path', how: 'under', value: '/b' },
      ],
    ],
    networks: [{ address: [10, 0, 0, 0], bits: 8 }],
    methods: ['GET', 'HEAD'],
  });
  const plain = grantOfJwt({ exp: 200, path: '/' });
  expect([plain?.from, plain?.networks]).toEqual([0, undefined]);
});

describe('is refused with', () => {
  it.each([
    ['no claims', undefined],
    ['a list', []],
    ['no end', { path: '/' }],
    ['an end in words', { exp: '200', path: '/' }],
    ['an end that is no number', { exp: Number.NaN, path: '/' }],
    ['a beginning in words', { exp: 200, nbf: 'now', path: '/' }],
    ['no path', { exp: 200 }],
    ['no path in the list', { exp: 200, path: [] }],
    ['too many paths', { exp: 200, path: new Array(GRANT_RULES_MAX + 1).fill('/') }],
    ['a path that is none', { exp: 200, path: 'live/' }],
    ['a way out of a path', { exp: 200, path: '/live/../' }],
    ['a query in a path', { exp: 200, path: '/live/?a' }],
    ['a network that is none', { exp: 200, path: '/', net: '10.0.0.0/33' }],
    ['no network in the list', { exp: 200, path: '/', net: [] }],
    ['no network at all', { exp: 200, path: '/', net: null }],
    ['an audience', { exp: 200, path: '/', aud: 'other' }],
    ['a claim that it does not know', { exp: 200, path: '/', country: 'NO' }],
  ])('%s', (_what, claims) => expect(grantOfJwt(claims)).toBeUndefined());

  it('no throw, whatever the claims are', () => {
    const key = fc.constantFrom('exp', 'nbf', 'path', 'net', 'iat');
    const claims = fc.dictionary(key, fc.jsonValue());
    fc.assert(fc.property(claims, (any) => void grantOfJwt(any)));
  });
});
