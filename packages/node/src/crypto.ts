/** Hashing and signature checks by node:crypto. */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Crypto } from '@shoal/host';

export function nodeCrypto(): Crypto {
  const keys = new Map<string, KeyObject>();
  const keyOf = (publicKey: Uint8Array): KeyObject => {
    const x = Buffer.from(publicKey).toString('base64url');
    const known = keys.get(x);
    if (known !== undefined) return known;
    const made = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    keys.set(x, made);
    return made;
  };
  return {
    digest: async (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
    async verify(publicKey, signature, bytes) {
      if (publicKey.length !== 32 || signature.length !== 64) return false;
      try {
        return verify(null, bytes, keyOf(publicKey), signature);
      } catch {
        return false;
      }
    },
  };
}
