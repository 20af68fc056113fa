import { describe, expect, it } from 'vitest';
import { readKeySet, TOKEN_KEYS_MAX } from './key-set.js';
import { createTokenKey, mintCat, mintJwt, publicJwks, urlWithToken } from './mint.js';

const read = (keys: unknown) => readKeySet(JSON.stringify({ keys }), 'k.json');
const secret = createTokenKey('hmac', 'h');
const pair = createTokenKey('ed25519', 'e');

it('reads secrets, pairs and public halves', () => {
  const halves = publicJwks([pair])!;
  expect(JSON.stringify(halves)).not.toContain('"d"');
  const keys = read([secret, pair, { ...halves[0], kid: 'p' }]);
  const told = [...keys.values()].map(({ id, alg, signs }) => [id, alg, signs !== undefined]);
  expect(told).toEqual([
    ['h', 'HS256', true],
    ['e', 'EdDSA', true],
    ['p', 'EdDSA', false],
  ]);
  expect(publicJwks([pair, secret])).toBeUndefined();
});

describe('says where a file is wrong', () => {
  const k = 'A'.repeat(43);
  it.each<[unknown, string]>([
    [[], 'with 1 to 16 keys'],
    [new Array(TOKEN_KEYS_MAX + 1).fill(secret), 'with 1 to 16 keys'],
    [[secret, { kty: 'RSA', kid: 'a' }], 'keys[1].kty is not understood'],
    [[{ kty: 'oct', k }], 'keys[0].kid is not understood'],
    [[{ kty: 'oct', kid: 'a b', k }], 'keys[0].kid is not understood'],
    [[{ kty: 'oct', kid: 'a', k: 'A!' }], 'keys[0].k is not understood'],
    [[{ kty: 'oct', kid: 'a', k, alg: 'none' }], 'keys[0].alg is not understood'],
    [[{ kty: 'oct', kid: 'a', k: 'AAAA' }], 'keys[0]: k must have 32 bytes or more'],
    [[{ kty: 'OKP', crv: 'X25519', kid: 'a', x: k }], 'keys[0].crv is not understood'],
    [[{ kty: 'OKP', crv: 'Ed25519', kid: 'a', x: 'AAAA' }], 'keys[0]: its bytes are no such key'],
    [[secret, secret], 'two keys have the kid "h"'],
  ])('%j', (keys, words) => {
    expect(() => read(keys)).toThrow(`[server/config] k.json: `);
    expect(() => read(keys)).toThrow(words);
  });

  it('when it is no JSON, or another', () => {
    expect(() => readKeySet('{', 'k.json')).toThrow('it is no JSON');
    expect(() => readKeySet('[]', 'k.json')).toThrow('it must be {"keys": […]}');
  });
});

describe('a token is not made', () => {
  const keys = read([secret, pair]);
  const order = { paths: ['/live/'], untilSec: 1, networks: [] };
  it.each([
    [{ ...order, paths: ['live/'] }, '"live/" is no path of an edge'],
    [{ ...order, paths: ['/a/../b'] }, 'is no path of an edge'],
    [{ ...order, paths: ['/a%20b'] }, 'is no path of an edge'],
    [{ ...order, paths: ['/a?b'] }, 'is no path of an edge'],
    [{ ...order, networks: ['10.0.0.0/33'] }, '"10.0.0.0/33" is no network'],
  ])('of %j', async (wrong, words) => {
    await expect(mintJwt(wrong, keys.get('h')!)).rejects.toThrow(words);
    expect(() => mintCat(wrong, keys.get('h')!)).toThrow(words);
  });

  it('by a public key, or with two paths where one fits', async () => {
    const half = read(publicJwks([pair])).get('e')!;
    await expect(mintJwt(order, half)).rejects.toThrow('the key "e" is public and cannot sign');
    const two = { ...order, paths: ['/a/', '/b/'] };
    expect(() => mintCat(two, keys.get('h')!)).toThrow('has one path');
  });
});

it('puts a token into an address', () => {
  const url = 'https://e.example/live/a.m3u8?x=1#t=9';
  expect(urlWithToken(url, 'T', 'path')).toBe(
    'https://e.example/shoal-token=T/live/a.m3u8?x=1#t=9',
  );
  expect(urlWithToken(url, 'T', 'query')).toBe(
    'https://e.example/live/a.m3u8?x=1&shoal-token=T#t=9',
  );
  expect(() => urlWithToken('e.example/live', 'T', 'path')).toThrow('--url must be an http');
});
