import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PartRecord, SealedRecord } from './index.js';
import {
  encodeLinkMessage,
  encodePieceFrame,
  encodeRecord,
  encodeRecordList,
  FLAG,
} from './index.js';
import { LIMITS } from './limits.js';

const key = { rendition: 65_535, sequence: Number.MAX_SAFE_INTEGER, part: 65_535 };

/** A record with everything at its limit. */
function largest(): SealedRecord {
  const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(255);
  const record: PartRecord = {
    ...key,
    streamId: bytes(32),
    epoch: 2 ** 32 - 1,
    byteLength: LIMITS.partBytes,
    durationMs: 2 ** 32 - 1,
    mediaTimeMs: Number.MAX_SAFE_INTEGER,
    flags: FLAG.independent + FLAG.lastPart + FLAG.gap + FLAG.discontinuity + FLAG.endOfStream,
    keyId: bytes(8),
    init: bytes(32),
    pieces: bytes(32),
    hint: 'x'.repeat(LIMITS.hintBytes),
  };
  const digests = bytes(32 * LIMITS.pieces);
  return { record, signed: encodeRecord(record), signature: bytes(64), digests };
}

describe('LIMITS', () => {
  it('says in bytes what the largest frames take (WIR11)', () => {
    const sealed = largest();
    const piece = encodePieceFrame({ key, index: 4095 }, new Uint8Array(16_384));
    expect(sealed.signed.length).toBe(LIMITS.signedBytes);
    expect(encodeLinkMessage({ type: 'record', sealed }).length).toBe(LIMITS.frameBytes);
    expect(encodeRecordList(Array(64).fill(sealed)).length).toBe(LIMITS.listBytes);
    expect(piece.length).toBe(LIMITS.pieceFrameBytes);
  });

  it('keeps every control frame under what data channels carry in one message', () => {
    expect(LIMITS.frameBytes).toBeLessThan(256 * 1024);
  });

  it('is what the specification says (WIR11)', () => {
    const spec = readFileSync(new URL('../../../../spec/wire.md', import.meta.url), 'utf8');
    const rows = [...spec.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
    expect(Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)]))).toEqual(
      LIMITS,
    );
  });
});
