/** The key that signs streams: Ed25519, kept by the publisher and never sent anywhere. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { ShoalError } from '@shoal/core/errors';
import type { StateDir } from '../state/state-dir.js';

export interface StreamKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The first 8 bytes of SHA-256 of the public key. */
  readonly keyId: Uint8Array;
  /** 64 bytes over `bytes`. */
  sign(bytes: Uint8Array): Uint8Array;
  /** 32 bytes: SHA-256 of the public key and the name in UTF-8. */
  streamId(name: string): Uint8Array;
}

/**
 * The key of this state folder, made on first use. Throws `server/config` when the file holds no
 * key.
 */
export async function loadStreamKey(state: Pick<StateDir, 'secret'>): Promise<StreamKey> {
  const pem = await state.secret('stream.key', newPem);
  try {
    return keyOf(createPrivateKey(pem));
  } catch (error) {
    throw new ShoalError(
      'server/config',
      'stream.key in the state folder is not an Ed25519 key',
      error,
    );
  }
}

function newPem(): Buffer {
  const { privateKey } = generateKeyPairSync('ed25519');
  return Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
}

function keyOf(privateKey: KeyObject): StreamKey {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('another kind of key');
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const publicKey = new Uint8Array(Buffer.from(x, 'base64url'));
  return {
    publicKey,
    keyId: new Uint8Array(createHash('sha256').update(publicKey).digest().subarray(0, 8)),
    sign: (bytes) => new Uint8Array(sign(null, bytes, privateKey)),
    streamId: (name) =>
      new Uint8Array(createHash('sha256').update(publicKey).update(name, 'utf8').digest()),
  };
}
