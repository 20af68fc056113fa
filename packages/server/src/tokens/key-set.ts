/** The keys that tokens are checked with: a JSON Web Key Set (RFC 7517), several while they change. */
import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { ShoalError } from '@shoal/core/errors';
import * as v from 'valibot';

/** Keys in force at once: the old one, the new one, and those of other publishers. */
export const TOKEN_KEYS_MAX = 16;

export interface TokenKey {
  /** What a token names it by (`kid`). */
  readonly id: string;
  /** HMAC-SHA-256, or Ed25519. */
  readonly alg: 'HS256' | 'EdDSA';
  readonly checks: KeyObject;
  /** Undefined for a public key, which is all that an edge needs. */
  readonly signs: KeyObject | undefined;
}

/** By id, in the order of the file. */
export type KeySet = ReadonlyMap<string, TokenKey>;

/** One key as a JSON Web Key. */
export type TokenJwk = v.InferOutput<typeof JWK>;

const BASE64URL = v.pipe(v.string(), v.regex(/^[\w-]+$/), v.maxLength(256));
const ID = v.pipe(
  v.string(),
  v.regex(/^[\w.:-]{1,64}$/, 'must have 1 to 64 letters, digits or .:_-'),
);
const JWK = v.variant('kty', [
  v.object({ kty: v.literal('oct'), kid: ID, k: BASE64URL, alg: v.optional(v.literal('HS256')) }),
  v.object({
    kty: v.literal('OKP'),
    kid: ID,
    crv: v.literal('Ed25519'),
    x: BASE64URL,
    d: v.optional(BASE64URL),
    alg: v.optional(v.picklist(['EdDSA', 'Ed25519'])),
  }),
]);
const FILE = v.object({
  keys: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(TOKEN_KEYS_MAX)),
});

/** The keys as they stand in a file. Throws `server/config` with the place of what is wrong. */
export function readJwks(text: string, where: string): readonly TokenJwk[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw wrong(where, 'it is no JSON; make one with: shoal token key', error);
  }
  const file = v.safeParse(FILE, json);
  if (!file.success) {
    throw wrong(where, `it must be {"keys": […]} with 1 to ${TOKEN_KEYS_MAX} keys`);
  }
  return file.output.keys.map((key, at) => {
    const read = v.safeParse(JWK, key);
    if (read.success) return read.output;
    const path = v.getDotPath(read.issues[0]) ?? '';
    const hint = 'keys are {"kty":"oct","kid","k"} or {"kty":"OKP","crv":"Ed25519","kid","x"}';
    throw wrong(where, `keys[${at}]${path === '' ? '' : `.${path}`} is not understood; ${hint}`);
  });
}

/** Throws `server/config` with the place of what is wrong. */
export function readKeySet(text: string, where: string): KeySet {
  const keys = new Map<string, TokenKey>();
  for (const [at, jwk] of readJwks(text, where).entries()) {
    if (keys.has(jwk.kid)) throw wrong(where, `two keys have the kid "${jwk.kid}"`);
    try {
      keys.set(jwk.kid, jwk.kty === 'oct' ? secretKey(jwk) : signatureKey(jwk));
    } catch (error) {
      const why = error instanceof ShoalError ? error.detail : 'its bytes are no such key';
      throw wrong(where, `keys[${at}]: ${why}`, error);
    }
  }
  return keys;
}

function secretKey({ kid, k }: Extract<TokenJwk, { kty: 'oct' }>): TokenKey {
  const bytes = Buffer.from(k, 'base64url');
  if (bytes.length < SECRET_BYTES_MIN) {
    throw new ShoalError('server/config', `k must have ${SECRET_BYTES_MIN} bytes or more`);
  }
  const key = createSecretKey(bytes);
  return { id: kid, alg: 'HS256', checks: key, signs: key };
}

function signatureKey({ kid, x, d }: Extract<TokenJwk, { kty: 'OKP' }>): TokenKey {
  const half = { kty: 'OKP', crv: 'Ed25519', x };
  const checks = createPublicKey({ key: half, format: 'jwk' });
  const signs =
    d === undefined ? undefined : createPrivateKey({ key: { ...half, d }, format: 'jwk' });
  return { id: kid, alg: 'EdDSA', checks, signs };
}

function wrong(where: string, why: string, cause?: unknown): ShoalError {
  return new ShoalError('server/config', `${where}: ${why}`, cause);
}

/** RFC 7518 section 3.2: as long as the digest. */
const SECRET_BYTES_MIN = 32;
