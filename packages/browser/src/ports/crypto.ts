/** WebCrypto; where it lacks Ed25519, noble's takes its place, loaded only then. */
import type { Crypto } from '@shoal/host';

type Verify = Crypto['verify'];

export function browserCrypto(subtle: SubtleCrypto = crypto.subtle): Crypto {
  let verifier: Promise<Verify> | undefined;
  return {
    digest: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes as BufferSource)),
    async verify(publicKey, signature, bytes) {
      if (publicKey.length !== 32 || signature.length !== 64) return false;
      verifier ??= chooseVerifier(subtle, publicKey);
      return (await verifier)(publicKey, signature, bytes);
    },
  };
}

/** Asks once: a browser either knows the algorithm or does not. */
async function chooseVerifier(subtle: SubtleCrypto, publicKey: Uint8Array): Promise<Verify> {
  try {
    await importKey(subtle, publicKey);
    return nativeVerifier(subtle);
  } catch {
    const { verifyAsync } = await import('@noble/ed25519');
    return (key, signature, bytes) => verifyAsync(signature, bytes, key).catch(() => false);
  }
}

function nativeVerifier(subtle: SubtleCrypto): Verify {
  const keys = new Map<string, Promise<CryptoKey>>();
  return async (publicKey, signature, bytes) => {
    const name = publicKey.join();
    const key = keys.get(name) ?? importKey(subtle, publicKey);
    keys.set(name, key);
    try {
      return await subtle.verify(
        ALGORITHM,
        await key,
        signature as BufferSource,
        bytes as BufferSource,
      );
    } catch {
      return false;
    }
  };
}

function importKey(subtle: SubtleCrypto, publicKey: Uint8Array): Promise<CryptoKey> {
  return subtle.importKey('raw', publicKey as BufferSource, ALGORITHM, false, ['verify']);
}

const ALGORITHM = { name: 'Ed25519' };
