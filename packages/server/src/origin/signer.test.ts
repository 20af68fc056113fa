import { createPublicKey, verify } from 'node:crypto';
import { decodeSealed, encodeSealed, FLAG, type SealedRecord } from '@shoal/core/wire';
import { describe, expect, it } from 'vitest';
import { ephemeralState } from '../state/state-dir.js';
import { noise } from '../testing/twin.js';
import { pieceDigests, sha256, signPart } from './signer.js';
import { loadStreamKey, type StreamKey } from './stream-key.js';

const KEY = await loadStreamKey(ephemeralState());
const BYTES = noise(40_000, 3);

function sealed(): SealedRecord {
  const signing = { key: KEY, streamId: KEY.streamId('live'), epoch: 7 };
  return signPart(signing, {
    key: { rendition: 1, sequence: 42, part: 0 },
    bytes: BYTES,
    init: sha256(Buffer.from('init')),
    hint: '#EXTINF:2.000,\ns42.m4s',
    durationMs: 2000.4,
    mediaTimeMs: 84_000,
    flags: FLAG.lastPart | FLAG.independent,
  });
}

/** As a stranger checks it: with the public key alone. */
function holds(record: SealedRecord, key: StreamKey = KEY): boolean {
  const x = Buffer.from(key.publicKey).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, record.signed, publicKey, record.signature);
}

describe('a signed part', () => {
  it('survives the wire, and says what was signed', () => {
    const record = sealed();
    const back = decodeSealed(encodeSealed(record));
    expect(back).toEqual(record);
    expect(back.record).toMatchObject({
      rendition: 1,
      sequence: 42,
      epoch: 7,
      byteLength: 40_000,
      durationMs: 2000,
    });
    expect(Buffer.from(back.record.streamId)).toEqual(Buffer.from(KEY.streamId('live')));
  });

  it('is proven by the public key, and by no other', async () => {
    expect(holds(sealed())).toBe(true);
    expect(holds(sealed(), await loadStreamKey(ephemeralState()))).toBe(false);
  });

  it('fails when any byte of it is changed', () => {
    const record = sealed();
    for (let i = 0; i < record.signed.length; i += 7) {
      const signed = Uint8Array.from(record.signed);
      signed[i] = (signed[i] ?? 0) ^ 1;
      expect(holds({ ...record, signed }), `byte ${i}`).toBe(false);
    }
  });

  it('binds the digest of every piece', () => {
    const { record, digests } = sealed();
    expect(digests.length).toBe(3 * 32);
    expect(Buffer.from(sha256(digests))).toEqual(Buffer.from(record.pieces));
    const second = sha256(BYTES.subarray(16_384, 32_768));
    expect(Buffer.from(digests.subarray(32, 64))).toEqual(Buffer.from(second));
    const changed = Buffer.from(BYTES);
    changed[20_000] = (changed[20_000] ?? 0) ^ 1;
    expect(Buffer.from(pieceDigests(changed))).not.toEqual(Buffer.from(digests));
  });
});

it('names a stream by key and name', async () => {
  const other = await loadStreamKey(ephemeralState());
  const ids = [KEY.streamId('a'), KEY.streamId('b'), other.streamId('a')];
  expect(new Set(ids.map((id) => Buffer.from(id).toString('hex'))).size).toBe(3);
});
