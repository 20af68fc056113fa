/** Who signs: how a stream's id and a key's id follow from the public key. */
import { invariant } from '../errors/index.js';
import { textBytes } from '../wire/index.js';

const KEY_BYTES = 32;
const KEY_ID_BYTES = 8;

/**
 * The bytes whose SHA-256 is the stream id. `publicKey`: 32 bytes, Ed25519. A name with a lone
 * surrogate is a bug.
 */
export function streamIdInput(publicKey: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  const spelt = textBytes(name);
  invariant(publicKey.length === KEY_BYTES, 'a public key has 32 bytes');
  invariant(spelt !== undefined, 'a stream name is well-formed text');
  const input = new Uint8Array(KEY_BYTES + spelt.length);
  input.set(publicKey);
  input.set(spelt, KEY_BYTES);
  return input;
}

/** The key id, from the SHA-256 of the public key: its first eight bytes, copied. */
export function keyIdOf(publicKeyDigest: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(publicKeyDigest.subarray(0, KEY_ID_BYTES));
}
