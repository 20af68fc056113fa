/** Twin of hashing and signatures: quick, repeatable, and worth nothing against an attacker. */
import type { Crypto } from '../ports/crypto.js';

export interface MemoryCrypto extends Crypto {
  /** What `verify` accepts for this key and these bytes. */
  sign(publicKey: Uint8Array, bytes: Uint8Array): Uint8Array;
  digestNow(bytes: Uint8Array): Uint8Array;
}

export function createMemoryCrypto(): MemoryCrypto {
  const sign: MemoryCrypto['sign'] = (publicKey, bytes) => {
    const input = new Uint8Array(publicKey.length + bytes.length);
    input.set(publicKey);
    input.set(bytes, publicKey.length);
    const half = mix(input);
    return new Uint8Array([...half, ...mix(half)]);
  };
  return {
    sign,
    digestNow: mix,
    digest: async (bytes) => mix(bytes),
    async verify(publicKey, signature, bytes) {
      return publicKey.length === 32 && sign(publicKey, bytes).join() === signature.join();
    },
  };
}

/** Two FNV-1a sums of the bytes, stirred into eight words. */
function mix(bytes: Uint8Array): Uint8Array {
  let low = 0x811c9dc5;
  let high = 0x9e3779b1;
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x01000193) + low;
  }
  const out = new Uint8Array(32);
  for (let lane = 0; lane < 8; lane++) {
    let word = Math.imul(low ^ Math.imul(lane + 1, 0x9e3779b1) ^ bytes.length, 0x2c1b3c6d) ^ high;
    word = Math.imul(word ^ (word >>> 15), 0x85ebca6b);
    for (let i = 0; i < 4; i++) out[4 * lane + i] = word >>> (8 * i);
  }
  return out;
}
