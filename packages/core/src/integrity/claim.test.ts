import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../errors/index.js';
import { decodeSealed, encodeRecord, encodeSealed, type SealedRecord } from '../wire/index.js';
import { initClaim, listClaim, pieceClaim, pieceDigest } from './claim.js';

const part = Uint8Array.from({ length: 40_000 }, (_, i) => (i * 7) & 255);
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** A record of `part` as a publisher makes it, signature aside, once through the wire. */
function published(init = new Uint8Array(32)): SealedRecord {
  const cut = [0, 16_384, 32_768].map((from) => part.subarray(from, from + 16_384));
  const digests = Uint8Array.from(cut.flatMap((piece) => [...sha256(piece)]));
  const record = {
    streamId: new Uint8Array(32),
    epoch: 0,
    rendition: 0,
    sequence: 0,
    part: 0,
    byteLength: part.length,
    durationMs: 2000,
    mediaTimeMs: 0,
    flags: 2,
    keyId: new Uint8Array(8),
    init,
    pieces: Uint8Array.from(sha256(digests)),
    hint: '',
  };
  const signed = encodeRecord(record);
  return decodeSealed(encodeSealed({ record, signed, signature: new Uint8Array(64), digests }));
}

describe('pieceClaim', () => {
  it.each([0, 1, 2])('names the length and the hash of piece %i (REC4, REC11)', (index) => {
    const piece = part.subarray(index * 16_384, (index + 1) * 16_384);
    const claim = pieceClaim(published(), index);
    expect(claim.length).toBe(piece.length);
    expect([...claim.digest]).toEqual([...sha256(piece)]);
  });

  it.each([-1, 3, 0.5, Number.NaN])('knows no piece %d', (index) => {
    expect(() => pieceDigest(published(), index)).toThrow(InvariantError);
  });

  it('knows no piece of a gap', () => {
    const sealed = published();
    const gap = { ...sealed, record: { ...sealed.record, byteLength: 0 } };
    expect(() => pieceClaim(gap, 0)).toThrow(InvariantError);
  });
});

describe('pieceDigest', () => {
  it('is a view of the list, not a copy', () => {
    const sealed = published();
    const digest = pieceDigest(sealed, 2);
    expect([digest.buffer, digest.length]).toEqual([sealed.digests.buffer, 32]);
  });
});

describe('listClaim', () => {
  it('names the hash of the digests (REC10)', () => {
    const sealed = published();
    expect(listClaim(sealed).length).toBe(96);
    expect([...listClaim(sealed).digest]).toEqual([...sha256(sealed.digests)]);
  });
});

describe('initClaim', () => {
  it('is there when the part needs an initialisation section (REC6, REC12)', () => {
    const hash = Uint8Array.from(sha256(Uint8Array.of(1)));
    expect(initClaim(published(hash).record)).toStrictEqual(hash);
    expect(initClaim(published().record)).toBeUndefined();
  });

  it('sees a hash that is nearly all zeros', () => {
    const last = new Uint8Array(32).with(31, 1);
    expect(initClaim(published(last).record)).toStrictEqual(last);
  });
});
