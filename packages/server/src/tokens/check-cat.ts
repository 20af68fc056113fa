/**
 * Checks Common Access Tokens (CTA-5007): a CWT (RFC 8392) in COSE_Mac0 or COSE_Sign1 (RFC 9052),
 * written in base64url.
 */
import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import { grantOfCat } from '@shoal/core/access';
import { type DecodeOptions, decode, encode, Tagged } from 'cborg';
import type { KeySet, TokenKey } from './key-set.js';
import type { Verdict } from './verifier.js';

/** Never throws. */
export function checkCat(token: string, keys: KeySet): Verdict {
  try {
    const message = readMessage(Buffer.from(token, 'base64url'));
    if (message === undefined) return MALFORMED;
    const key = keyFor(message, keys);
    if (key === undefined) return { type: 'bad', why: 'key' };
    if (!isSigned(message, key)) return { type: 'bad', why: 'signature' };
    const grant = grantOfCat(decode(message.payload, CBOR));
    return grant === undefined ? { type: 'bad', why: 'claims' } : { type: 'good', grant };
  } catch {
    // Whatever the decoder dislikes is no token.
    return MALFORMED;
  }
}

/** COSE tags and algorithms (RFC 9052 section 2, RFC 9053). */
export const COSE = { cwt: 61, mac0: 17, sign1: 18, hs256: 5, edDsa: -8, alg: 1, kid: 4 } as const;

/** What is signed: the message's frame with an empty external part (RFC 9052 sections 4.4, 6.3). */
export function framed(tag: number, header: Uint8Array, payload: Uint8Array): Uint8Array {
  const context = tag === COSE.mac0 ? 'MAC0' : 'Signature1';
  return encode([context, header, new Uint8Array(0), payload]);
}

interface Message {
  readonly tag: number;
  readonly header: Uint8Array;
  readonly alg: unknown;
  readonly kid: string | undefined;
  readonly payload: Uint8Array;
  readonly proof: Uint8Array;
}

function readMessage(bytes: Uint8Array): Message | undefined {
  let outer: unknown = decode(bytes, CBOR);
  if (outer instanceof Tagged && outer.tag === COSE.cwt) outer = outer.value;
  if (!(outer instanceof Tagged)) return undefined;
  if (outer.tag !== COSE.mac0 && outer.tag !== COSE.sign1) return undefined;
  if (!Array.isArray(outer.value) || outer.value.length !== 4) return undefined;
  const [header, loose, payload, proof] = outer.value as readonly unknown[];
  if (!isBytes(header) || !(loose instanceof Map) || !isBytes(payload) || !isBytes(proof)) {
    return undefined;
  }
  const sure: unknown = header.length === 0 ? new Map() : decode(header, CBOR);
  if (!(sure instanceof Map)) return undefined;
  // What must be understood (`crit`), and whatever else might change the meaning, is refused.
  for (const name of sure.keys()) if (name !== COSE.alg && name !== COSE.kid) return undefined;
  const kid: unknown = sure.get(COSE.kid) ?? loose.get(COSE.kid);
  if (kid !== undefined && !isBytes(kid)) return undefined;
  const id = kid === undefined ? undefined : Buffer.from(kid).toString();
  return { tag: outer.tag, header, alg: sure.get(COSE.alg), kid: id, payload, proof };
}

function keyFor({ kid, alg, tag }: Message, keys: KeySet): TokenKey | undefined {
  const [only] = keys.size === 1 ? keys.values() : [];
  const key = kid === undefined ? only : keys.get(kid);
  const wanted = key?.alg === 'HS256' ? [COSE.mac0, COSE.hs256] : [COSE.sign1, COSE.edDsa];
  return tag === wanted[0] && alg === wanted[1] ? key : undefined;
}

function isSigned({ tag, header, payload, proof }: Message, key: TokenKey): boolean {
  const bytes = framed(tag, header, payload);
  if (key.alg === 'EdDSA') return verify(null, bytes, key.checks, proof);
  const mac = createHmac('sha256', key.checks).update(bytes).digest();
  return mac.length === proof.length && timingSafeEqual(mac, proof);
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

const MALFORMED: Verdict = { type: 'bad', why: 'malformed' };

/** RFC 9164. */
const IPV4 = 52;
const IPV6 = 54;

/** Any other tag is an error. */
const CBOR: DecodeOptions = {
  useMaps: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  rejectDuplicateMapKeys: true,
  tags: Tagged.preserve(COSE.cwt, COSE.mac0, COSE.sign1, IPV4, IPV6),
};
