import { describe, expect, it } from 'vitest';
import { InvariantError } from '../errors/index.js';
import { encodeRecord, FLAG, type PartRecord } from './record.js';
import {
  decodeRecordList,
  decodeSealed,
  encodeRecordList,
  encodeSealed,
  type SealedRecord,
} from './sealed-record.js';

function sealed(byteLength: number, sequence = 0): SealedRecord {
  const record: PartRecord = {
    streamId: new Uint8Array(32),
    epoch: 0,
    rendition: 0,
    sequence,
    part: 0,
    byteLength,
    durationMs: 2000,
    mediaTimeMs: 0,
    flags: byteLength === 0 ? FLAG.gap : 0,
    keyId: new Uint8Array(8),
    init: new Uint8Array(32),
    pieces: new Uint8Array(32),
    hint: '',
  };
  const digests = new Uint8Array(32 * Math.ceil(byteLength / 16_384)).fill(7);
  return { record, signed: encodeRecord(record), signature: new Uint8Array(64).fill(6), digests };
}

describe('sealed records', () => {
  it.each([0, 1, 16_384, 16_385, 67_108_864])(
    'carry a digest a piece of %i bytes (REC7)',
    (size) => {
      const original = sealed(size);
      const bytes = encodeSealed(original);
      expect(bytes.length).toBe(2 + 145 + 64 + 32 * Math.ceil(size / 16_384));
      expect(decodeSealed(bytes)).toStrictEqual(original);
    },
  );

  it('keep the signed bytes as they came, in memory of their own', () => {
    const bytes = encodeSealed(sealed(100));
    const decoded = decodeSealed(bytes);
    bytes.fill(0);
    expect(decoded).toStrictEqual(sealed(100));
    expect(decoded.signed.buffer.byteLength).toBe(145);
  });

  it('refuse a digest too few and a digest too many (REC7)', () => {
    const bytes = encodeSealed(sealed(20_000));
    expect(() => decodeSealed(bytes.subarray(0, -32))).toThrow('[wire/violation] short');
    const longer = Uint8Array.of(...bytes, ...new Uint8Array(32));
    expect(() => decodeSealed(longer)).toThrow('[wire/violation] trailing');
    const wrong = { ...sealed(20_000), digests: new Uint8Array(32) };
    expect(() => encodeSealed(wrong)).toThrow(InvariantError);
  });

  it('refuse signed bytes that do not end where the record ends (REC7)', () => {
    const bytes = encodeSealed(sealed(100));
    bytes[1]!++;
    expect(() => decodeSealed(bytes)).toThrow('[wire/violation]');
    bytes[1]! -= 2;
    expect(() => decodeSealed(bytes)).toThrow('[wire/violation]');
  });

  it('carry no more signed bytes than a record may have (WIR11)', () => {
    const wrong = { ...sealed(100), signed: new Uint8Array(1170) };
    expect(() => encodeSealed(wrong)).toThrow(InvariantError);
  });
});

describe('record lists', () => {
  it('keep the order, and may be empty (REC8)', () => {
    const list = [sealed(5, 1), sealed(50_000, 2), sealed(0, 3)];
    expect(decodeRecordList(encodeRecordList(list))).toStrictEqual(list);
    expect(decodeRecordList(encodeRecordList([]))).toEqual([]);
  });

  it('have 64 records at most (REC8)', () => {
    const list = Array.from({ length: 64 }, (_, i) => sealed(1, i));
    const bytes = encodeRecordList(list);
    const one = encodeRecordList([sealed(1, 64)]);
    expect(decodeRecordList(bytes).length).toBe(64);
    expect(() => decodeRecordList(Uint8Array.of(...bytes, ...one))).toThrow(
      '[wire/violation] count',
    );
    expect(() => encodeRecordList([...list, sealed(1, 64)])).toThrow(InvariantError);
  });

  it.each([
    ['a length beyond the body', [0, 0, 1, 0, 1, 2, 3]],
    ['half a length', [0, 0]],
    ['an empty record', [0, 0, 0, 0]],
    ['a web page', [...Buffer.from('<!doctype html><title>Not found</title>')]],
  ])('refuse %s (REC8)', (_name, body) => {
    expect(() => decodeRecordList(Uint8Array.from(body))).toThrow('[wire/violation]');
  });
});
