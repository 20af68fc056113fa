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

/** Eight FNV-1a sums from different starts, each stirred once more at its end. */
function mix(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(32);
  for (let lane = 0; lane < 8; lane++) {
    let sum = (0x811c9dc5 ^ Math.imul(lane + 1, 0x9e3779b1)) >>> 0;
    for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
    sum = Math.imul(sum ^ (sum >>> 15) ^ bytes.length, 0x2c1b3c6d);
    for (let i = 0; i < 4; i++) out[4 * lane + i] = sum >>> (8 * i);
  }
  return out;
}
