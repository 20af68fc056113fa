/** WebCrypto; where it lacks Ed25519, noble's takes its place, loaded only then. */
import type { Crypto } from '@shoal/host';

type Verify = Crypto['verify'];

export function browserCrypto(subtle: SubtleCrypto = crypto.subtle): Crypto {
  let last: Uint8Array | undefined;
  let imported: Promise<CryptoKey>;
  const importKey = (key: Uint8Array): Promise<CryptoKey> => {
    if (key !== last) {
      imported = subtle.importKey('raw', key as BufferSource, ALGORITHM, false, ['verify']);
      last = key;
    }
    return imported;
  };
  const native: Verify = async (publicKey, signature, bytes) => {
    const key = await importKey(publicKey);
    return subtle.verify(ALGORITHM, key, signature as BufferSource, bytes as BufferSource);
  };
  const noble: Verify = async (publicKey, signature, bytes) => {
    const { verifyAsync } = await import('@noble/ed25519');
    return verifyAsync(signature, bytes, publicKey);
  };
  /** Asked once: a browser either knows the algorithm or does not. */
  let verifier: Promise<Verify> | undefined;
  return {
    digest: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes as BufferSource)),
    async verify(publicKey, signature, bytes) {
      if (publicKey.length !== 32 || signature.length !== 64) return false;
      verifier ??= importKey(publicKey).then(
        () => native,
        () => noble,
      );
      return (await verifier)(publicKey, signature, bytes).catch(() => false);
    },
  };
}

const ALGORITHM = { name: 'Ed25519' };
