import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readAddress, refusalOf, TOKEN_CHARS_MAX } from '@shoal/core/access';
import { encode, Tagged } from 'cborg';
import fc from 'fast-check';
import { CompactSign } from 'jose';
import { describe, expect, it } from 'vitest';
import { checkCat, framed } from './check-cat.js';
import { checkJwt } from './check-jwt.js';
import { readKeySet, type TokenJwk } from './key-set.js';
import { createTokenKey, mintCat, mintJwt } from './mint.js';
import { createVerifier, type TokenVerifier } from './verifier.js';

const setOf = (...keys: readonly TokenJwk[]) => readKeySet(JSON.stringify({ keys }), 'keys.json');
const HMAC = createTokenKey('hmac', 'h');
const ED = createTokenKey('ed25519', 'e');
const KEYS = setOf(HMAC, ED);
const H = KEYS.get('h')!;
const E = KEYS.get('e')!;
const ORDER = { paths: ['/live/'], untilSec: 4_000_000_000, networks: ['192.0.2.0/24'] };
const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const judge = (token: string, keys = KEYS) => createVerifier(keys).judge(token);
const whyOf = async (token: string, keys = KEYS) => {
  const verdict = await judge(token, keys);
  return verdict.type === 'bad' ? verdict.why : verdict.grant;
};

describe.each([
  ['JSON Web Token by HMAC', () => mintJwt(ORDER, H)],
  ['JSON Web Token by Ed25519', () => mintJwt(ORDER, E)],
  ['Common Access Token by HMAC', async () => mintCat(ORDER, H)],
  ['Common Access Token by Ed25519', async () => mintCat(ORDER, E)],
])('%s', (_what, mint) => {
  it('allows what was ordered and nothing else', async () => {
    const verdict = await judge(await mint());
    if (verdict.type === 'bad') throw new Error(verdict.why);
    const wish = (path: string, address: string) => ({
      method: 'GET',
      path,
      host: undefined,
      address: readAddress(address),
    });
    const at = (path: string, address: string, now = 1e9) =>
      refusalOf(verdict.grant, wish(path, address), now);
    expect(at('/live/a.m3u8', '192.0.2.200')).toBeUndefined();
    expect(at('/vod/a.m3u8', '192.0.2.200')).toBe('place');
    expect(at('/live/a.m3u8', '192.0.3.1')).toBe('network');
    expect(at('/live/a.m3u8', '192.0.2.200', 4_000_000_000)).toBe('expired');
  });

  it('is refused when any of its characters is another', async () => {
    const token = await mint();
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'Q' : 'A';
      const forged = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
      expect((await judge(forged)).type, `character ${at}`).toBe('bad');
    }
  });

  it('is refused when it is cut, lengthened or doubled', async () => {
    const token = await mint();
    for (const forged of [token.slice(0, -2), token.slice(4), `${token}AAAA`, token + token]) {
      expect((await judge(forged)).type).toBe('bad');
    }
  });

  it('of a key that is not known is refused', async () => {
    const others = setOf(createTokenKey('hmac', 'x'), createTokenKey('ed25519', 'y'));
    expect(await whyOf(await mint(), others)).toBe('key');
  });

  it('of another key with the same id is refused', async () => {
    const others = setOf(createTokenKey('hmac', 'h'), createTokenKey('ed25519', 'e'));
    expect(await whyOf(await mint(), others)).toBe('signature');
  });
});

describe('JSON Web Tokens', () => {
  const claims = { exp: 4e9, path: '/' };
  const made = (header: unknown, key: string | Buffer, body: unknown = claims) => {
    const text = `${b64(header)}.${b64(body)}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const secret = Buffer.from(HMAC.kty === 'oct' ? HMAC.k : '', 'base64url');

  it('made by hand are taken, without a key id too when there is one key', async () => {
    expect(await whyOf(made({ alg: 'HS256', kid: 'h' }, secret))).toHaveProperty('until', 4e9);
    const token = made({ alg: 'HS256' }, secret);
    expect(await whyOf(token, setOf(HMAC))).toHaveProperty('until', 4e9);
    expect(await whyOf(token)).toBe('key');
  });

  it('without a signature are refused', async () => {
    expect(await whyOf(`${b64({ alg: 'none', kid: 'h' })}.${b64(claims)}.`)).toBe('malformed');
    expect(await whyOf(`${b64({ alg: 'none', kid: 'h' })}.${b64(claims)}.AAAA`)).toBe('malformed');
  });

  it('that take a public key for a secret are refused', async () => {
    const x = ED.kty === 'OKP' ? ED.x : '';
    for (const key of [x, Buffer.from(x, 'base64url')]) {
      expect(await whyOf(made({ alg: 'HS256', kid: 'e' }, key))).toBe('key');
    }
  });

  it('that ask for what must be understood are refused', async () => {
    const header = { alg: 'HS256', kid: 'h', crit: ['net'], net: 1 };
    expect(await whyOf(made(header, secret))).toBe('malformed');
  });

  it('that bring their own key are refused', async () => {
    const pair = generateKeyPairSync('ed25519');
    const jwk = pair.publicKey.export({ format: 'jwk' });
    const token = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'EdDSA', kid: 'e', jwk: jwk as { kty: string } })
      .sign(pair.privateKey);
    expect(await whyOf(token)).toBe('signature');
  });

  it.each([[{ path: '/' }], [{ ...claims, aud: 'x' }], [[]], ['x'], [null]])(
    'with claims %j are refused',
    async (body) => {
      expect(await whyOf(made({ alg: 'HS256', kid: 'h' }, secret, body))).toBe('claims');
    },
  );
});

describe('Common Access Tokens', () => {
  // Made by another implementation (npm @eyevinn/cat 0.16.4); the key is that of RFC 8392 A.2.2.
  const theirs = setOf({
    kty: 'oct',
    kid: 'Symmetric256',
    k: 'QDaX3oevZGEcHTKgXasP4fy3FahqtDXx7JkZLXlWk4g',
  });
  const PREFIX =
    '2D3RhEOhAQWhBExTeW1tZXRyaWMyNTZYJqUBZ2V5ZXZpbm4EGu5rKAAHQgtxGQE4oQOhAWYvbGl2ZS8ZATYBWCDPJ6WthGHKkJ5Ots2YdOi1QJyKUs7F6BvWi3VZeZcpvg';
  const HOST =
    '2D3RhEOhAQWhBExTeW1tZXRyaWMyNTZYSqcBZ2V5ZXZpbm4EGu5rKAAFGQPoB0ILcRkBOKMDoQFmL2xpdmUvAaEAbGVkZ2UuZXhhbXBsZQihAGQubTRzGQE5gWNHRVQZATYBWCAEKKGShhITBurHvRc-80eMgW7HGmpO7Nc34ClfGd1-_g';
  const NETWORKS =
    '2D3RhEOhAQWhBExTeW1tZXRyaWMyNTZYR6YBZ2V5ZXZpbm4EGu5rKAAHQgtxGQE3gtg0ghgYRMAAAgDYNlAgAQ24AAAAAAAAAAAAAAABGQE4oQOhAWYvbGl2ZS8ZATYBWCDgZ60d8RTrvInLQnI7oTSgsehO7pXuZDc1kZXroXc35g';
  const live = [{ part: 'path', how: 'prefix', value: '/live/' }];

  it('of another implementation are understood', async () => {
    expect(await whyOf(PREFIX, theirs)).toMatchObject({ until: 4e9, from: 0, groups: [live] });
    expect(await whyOf(HOST, theirs)).toMatchObject({
      from: 1000,
      methods: ['GET'],
      groups: [
        live,
        [{ part: 'host', how: 'exact', value: 'edge.example' }],
        [{ part: 'extension', how: 'exact', value: '.m4s' }],
      ],
    });
    const grant = await whyOf(NETWORKS, theirs);
    expect(grant).toMatchObject({ networks: [{ bits: 24 }, { bits: 128 }] });
  });

  it.each([
    [
      'a replay rule',
      '2D3RhEOhAQWhBExTeW1tZXRyaWMyNTZYHKUBZ2V5ZXZpbm4EGu5rKAAHQgtxGQE0ARkBNgFYIC3IPumdFrdNK-C_2cf7V3507f_FCBLNuU8qn_7CyZsq',
    ],
    [
      'an audience',
      '2D3RhEOhAQWhBExTeW1tZXRyaWMyNTZYHqUBZ2V5ZXZpbm4DgWNvbmUEGu5rKAAHQgtxGQE2AVgg4qsjPff5r2Z68QFcIQGjWjyo1Pf6YCJ7f76YPL1ZfTU',
    ],
    [
      'a pattern',
      '2D3RhEOhAQWhBExTeW1tZXRyaWMyNTZYIqUBZ2V5ZXZpbm4EGu5rKAAHQgtxGQE4oQOhBGIuKhkBNgFYICMLZS36LdAtX7l5fUmP3vSuvjpJgQi7Sks3cbhewZ6d',
    ],
    [
      'a scheme',
      '2D3RhEOhAQWhBExTeW1tZXRyaWMyNTZYJaUBZ2V5ZXZpbm4EGu5rKAAHQgtxGQE4oQChAGVodHRwcxkBNgFYII4anxinAsFGMOkYKeVUbCQk47OzNUhrgrgaRaAmesao',
    ],
  ])('with %s, which an edge does not keep, are refused', async (_what, token) => {
    expect(await whyOf(token, theirs)).toBe('claims');
  });

  const message = (tag: number, header: Map<number, unknown>, proofTag = tag) => {
    const [sure, payload] = [encode(header), encode(new Map([[4, 4e9]]))];
    const bytes = framed(proofTag, sure, payload);
    const proof =
      tag === 17
        ? createHmac('sha256', H.checks).update(bytes).digest()
        : sign(null, bytes, E.signs!);
    const kid = new Map([[4, Buffer.from(tag === 17 ? 'h' : 'e')]]);
    const all = new Tagged(tag, [sure, kid, payload, proof]);
    return Buffer.from(encode(all)).toString('base64url');
  };

  it('are taken without the tag of CWT', async () => {
    expect(await whyOf(message(17, new Map([[1, 5]])))).toHaveProperty('until', 4e9);
    expect(await whyOf(message(18, new Map([[1, -8]])))).toHaveProperty('until', 4e9);
  });

  it.each<[string, string, string]>([
    ['a shorter digest', message(17, new Map([[1, 4]])), 'key'],
    ['another signature', message(18, new Map([[1, -7]])), 'key'],
    ['no algorithm', message(17, new Map()), 'key'],
    ['the frame of the other kind', message(17, new Map([[1, 5]]), 18), 'signature'],
    [
      'a header that must be understood',
      message(
        17,
        new Map<number, unknown>([
          [1, 5],
          [2, [9]],
        ]),
      ),
      'malformed',
    ],
  ])('with %s are refused', async (_what, token, why) => expect(await whyOf(token)).toBe(why));

  it.each([
    ['nothing', ''],
    ['a number', '00'],
    ['an endless list', '9f00'],
    ['a list that says it is long', '9affffffff'],
    ['bytes that say they are long', '5affffffff'],
    ['lists in lists', '81'.repeat(700)],
    ['tags in tags', 'd83d'.repeat(300)],
    ['a tag that it does not know', 'd83ed18440a04040'],
    ['five parts', 'd1854040404040'],
    ['two keys that are one', 'd18447a201050105' + 'a04040'],
    ['text for bytes', 'd18460a06060'],
  ])('that are %s are refused', (_what, hex) => {
    const token = Buffer.from(hex, 'hex').toString('base64url');
    expect(checkCat(token, KEYS)).toMatchObject({ type: 'bad' });
  });

  it('are decoded without a throw, whatever they are', () => {
    const real = Buffer.from(mintCat(ORDER, H), 'base64url');
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
        .map((all) => {
          const bytes = Buffer.from(real);
          for (const [at, byte] of all) bytes[at] = byte;
          return bytes;
        }),
    );
    fc.assert(
      fc.property(any, (bytes) => {
        if (real.equals(bytes)) return;
        const verdict = checkCat(Buffer.from(bytes).toString('base64url'), KEYS);
        // A byte of the loose header may change without harm: it only names the key.
        if (verdict.type === 'good') expect(verdict.grant.until).toBe(ORDER.untilSec);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the verifier', () => {
  it('knows what it has seen, and what is no token at all', async () => {
    const verifier: TokenVerifier = createVerifier(KEYS);
    const token = await mintJwt(ORDER, E);
    expect(verifier.known(token)).toBeUndefined();
    await verifier.judge(token);
    expect(verifier.known(token)).toMatchObject({ type: 'good' });
    await verifier.judge('a.b.c');
    expect(verifier.known('a.b.c')).toEqual({ type: 'bad', why: 'malformed' });
    for (const text of ['', 'a b', 'á', 'x'.repeat(TOKEN_CHARS_MAX + 1)]) {
      expect(await verifier.judge(text)).toEqual({ type: 'bad', why: 'malformed' });
    }
  });

  it('forgets verdicts when the keys change, those under way too', async () => {
    const verifier = createVerifier(setOf(HMAC));
    const [old, fresh] = [await mintJwt(ORDER, H), await mintJwt(ORDER, E)];
    expect((await verifier.judge(old)).type).toBe('good');
    expect((await verifier.judge(fresh)).type).toBe('bad');
    const late = verifier.judge(await mintJwt({ ...ORDER, paths: ['/x'] }, H));
    verifier.use(setOf(ED));
    await late;
    expect(verifier.known(await mintJwt({ ...ORDER, paths: ['/x'] }, H))).toBeUndefined();
    expect((await verifier.judge(old)).type).toBe('bad');
    expect((await verifier.judge(fresh)).type).toBe('good');
  });

  it('takes tokens of both keys while they overlap', async () => {
    for (const key of [H, E]) expect((await judge(await mintJwt(ORDER, key))).type).toBe('good');
  });

  it('is not led from one kind of token to the other', async () => {
    const [cat, jwt] = [mintCat(ORDER, H), await mintJwt(ORDER, H)];
    expect(await checkJwt(cat, KEYS)).toMatchObject({ type: 'bad' });
    expect(checkCat(jwt, KEYS)).toMatchObject({ type: 'bad' });
  });
});
