/** Makes tokens and their keys; what an edge checks, a publisher's site makes the same way. */
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { CAT_CLAIM, inPath, plainPath, READS, readNetwork, TOKEN_NAME } from '@shoal/core/access';
import { ShoalError } from '@shoal/core/errors';
import { encode, Tagged } from 'cborg';
import { CompactSign } from 'jose';
import { COSE, framed } from './check-cat.js';
import type { TokenJwk, TokenKey } from './key-set.js';

/** What a new token allows. */
export interface TokenOrder {
  /** Folders, or single objects; `/` is everything. */
  readonly paths: readonly string[];
  /** Seconds since 1970. */
  readonly untilSec: number;
  /** Networks of viewers, such as `192.0.2.0/24`; none: from anywhere. */
  readonly networks: readonly string[];
  /** Of a Common Access Token; default those that read. */
  readonly methods?: readonly string[];
}

/** A new key. Both kinds sign; the public half of `ed25519` is enough to check. */
export function createTokenKey(type: 'ed25519' | 'hmac', id: string): TokenJwk {
  if (type === 'hmac') {
    return { kty: 'oct', kid: id, alg: 'HS256', k: randomBytes(32).toString('base64url') };
  }
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { kty: 'OKP', kid: id, alg: 'EdDSA', crv: 'Ed25519', x: x as string, d: d as string };
}

/** A JSON Web Token. Throws `server/config` when the order makes no sense or the key cannot sign. */
export async function mintJwt(order: TokenOrder, key: TokenKey): Promise<string> {
  const { paths, networks } = order;
  check(order);
  const claims = {
    exp: order.untilSec,
    path: paths.length === 1 ? paths[0] : paths,
    ...(networks.length === 0 ? {} : { net: networks.length === 1 ? networks[0] : networks }),
  };
  const bytes = Buffer.from(JSON.stringify(claims));
  const header = { alg: key.alg, kid: key.id };
  return new CompactSign(bytes).setProtectedHeader(header).sign(signs(key));
}

/** A Common Access Token. Throws `server/config`; it has one path at most. */
export function mintCat(order: TokenOrder, key: TokenKey): string {
  const { paths, networks } = order;
  check(order);
  const [path] = paths;
  if (path === undefined || paths.length > 1) {
    throw new ShoalError('server/config', 'a Common Access Token has one path; make one for each');
  }
  const claims = new Map<number, unknown>([
    [CAT_CLAIM.exp, order.untilSec],
    [CAT_CLAIM.catv, 1],
    [CAT_CLAIM.catu, new Map([[PATH, new Map([[path.endsWith('/') ? PREFIX : EXACT, path]])]])],
  ]);
  claims.set(CAT_CLAIM.catm, order.methods ?? READS);
  if (networks.length > 0) claims.set(CAT_CLAIM.catnip, networks.map(taggedNetwork));
  const [tag, alg] = key.alg === 'HS256' ? [COSE.mac0, COSE.hs256] : [COSE.sign1, COSE.edDsa];
  const header = encode(
    new Map<number, unknown>([
      [COSE.alg, alg],
      [COSE.kid, Buffer.from(key.id)],
    ]),
  );
  const payload = encode(claims);
  const bytes = framed(tag, header, payload);
  const secret = signs(key);
  const proof =
    key.alg === 'HS256'
      ? createHmac('sha256', secret).update(bytes).digest()
      : sign(null, bytes, secret);
  const message = new Tagged(COSE.cwt, new Tagged(tag, [header, new Map(), payload, proof]));
  return Buffer.from(encode(message)).toString('base64url');
}

/** An address with the token in it. Throws `server/config` when it is none. */
export function urlWithToken(text: string, token: string, form: 'path' | 'query'): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new ShoalError('server/config', `--url must be an http or https address, not "${text}"`);
  }
  const target = `${url.pathname}${url.search}`;
  if (form === 'path') return `${url.origin}${inPath(target, token)}${url.hash}`;
  const mark = url.search === '' ? '?' : '&';
  return `${url.origin}${target}${mark}${TOKEN_NAME}=${token}${url.hash}`;
}

/** The public halves; undefined when a key has none. */
export function publicJwks(keys: readonly TokenJwk[]): readonly TokenJwk[] | undefined {
  const halves = keys.map((key) => {
    if (key.kty === 'oct') return undefined;
    const { d: _private, ...half } = key;
    return half;
  });
  return halves.every((half) => half !== undefined) ? halves : undefined;
}

function check({ paths, networks }: TokenOrder): void {
  for (const path of paths) {
    if (plainPath(path) !== path) {
      const hint = 'write it decoded, from the first slash on, such as /live/final/';
      throw new ShoalError('server/config', `"${path}" is no path of an edge; ${hint}`);
    }
  }
  for (const network of networks) {
    if (readNetwork(network) === undefined) {
      throw new ShoalError('server/config', `"${network}" is no network such as 192.0.2.0/24`);
    }
  }
}

function signs(key: TokenKey) {
  if (key.signs !== undefined) return key.signs;
  throw new ShoalError('server/config', `the key "${key.id}" is public and cannot sign`);
}

/** RFC 9164: the length of the prefix, and its bytes without the zeros at the end. */
function taggedNetwork(text: string): Tagged {
  const network = readNetwork(text);
  const bytes = [...(network?.address ?? [])];
  const tag = bytes.length === 4 ? 52 : 54;
  while (bytes.at(-1) === 0) bytes.pop();
  return new Tagged(tag, [network?.bits, Uint8Array.from(bytes)]);
}

/** `catu` (CTA-5007): the path, and how it is compared. */
const PATH = 3;
const EXACT = 0;
const PREFIX = 1;
