import { describe, expect, it } from 'vitest';
import { InvariantError } from '../errors/index.js';
import { decodeRecord, encodeRecord, FLAG, type PartRecord } from './record.js';

const record: PartRecord = {
  streamId: new Uint8Array(32).fill(1),
  epoch: 2,
  rendition: 3,
  sequence: 4,
  part: 5,
  byteLength: 6,
  durationMs: 7,
  mediaTimeMs: 8,
  flags: FLAG.independent + FLAG.lastPart,
  keyId: new Uint8Array(8).fill(9),
  init: new Uint8Array(32).fill(10),
  pieces: new Uint8Array(32).fill(11),
  hint: '#EXTINF:0.007,\na.m4s',
};

/** Decodes the record with `bytes` put at `offset` of its layout. */
function patched(offset: number, ...bytes: number[]): PartRecord {
  const signed = encodeRecord(record);
  signed.set(bytes, offset);
  return decodeRecord(signed);
}

describe('encodeRecord', () => {
  it('puts every field where the specification says (REC3)', () => {
    const signed = encodeRecord(record);
    const view = new DataView(signed.buffer);
    expect(String.fromCharCode(...signed.subarray(0, 5))).toBe('shoal');
    expect([signed[5], signed[6], signed[37]]).toEqual([1, 1, 1]);
    expect([view.getUint32(38), view.getUint16(42), view.getUint16(52)]).toEqual([2, 3, 5]);
    expect([view.getBigUint64(44), view.getBigUint64(62)]).toEqual([4n, 8n]);
    expect([view.getUint32(54), view.getUint32(58), signed[70]]).toEqual([6, 7, 3]);
    expect([signed[71], signed[78], signed[79], signed[110]]).toEqual([9, 9, 10, 10]);
    expect([signed[111], signed[142], view.getUint16(143)]).toEqual([11, 11, 20]);
    expect(signed.length).toBe(165);
  });

  it('rounds times, so that signing and reading agree (WIR8)', () => {
    const signed = encodeRecord({ ...record, durationMs: 2.002 * 1000, mediaTimeMs: 0.1 + 0.2 });
    expect(decodeRecord(signed)).toStrictEqual({ ...record, durationMs: 2002, mediaTimeMs: 0 });
  });

  it.each<Partial<PartRecord>>([
    { streamId: new Uint8Array(31) },
    { epoch: 2 ** 32 },
    { rendition: -1 },
    { sequence: 2 ** 53 },
    { byteLength: 67_108_865 },
    { byteLength: 0 },
    { byteLength: 1.5 },
    { flags: 32 },
    { keyId: new Uint8Array(9) },
    { hint: 'é'.repeat(513) },
    { hint: '\ud800' },
  ])('signs nothing that breaks a rule: %j', (wrong) => {
    expect(() => encodeRecord({ ...record, ...wrong })).toThrow(InvariantError);
  });
});

describe('decodeRecord', () => {
  it('reads back what was signed', () => {
    expect(decodeRecord(encodeRecord(record))).toStrictEqual(record);
  });

  it.each([
    ['other words before it', () => patched(0, 0x53)],
    ['another layout', () => patched(5, 2)],
    ['a sequence above 2^53 - 1', () => patched(44, 0, 0x20)],
    ['an unknown flag', () => patched(70, 32)],
    ['a part above 64 MiB', () => patched(54, 4, 0, 0, 1)],
    ['a hint above its limit', () => patched(143, 4, 1)],
    ['a hint that is no text', () => patched(145, 0xff)],
    ['bytes behind the hint', () => patched(143, 0, 19)],
    ['more bytes than a record may have', () => decodeRecord(new Uint8Array(1170))],
  ])('refuses %s (REC3, REC4, REC5)', (_name, decode) => {
    expect(decode).toThrow('[wire/violation]');
  });

  it('lets only gaps be empty (REC4)', () => {
    expect(() => patched(54, 0, 0, 0, 0)).toThrow('[wire/violation] empty part');
    const gap = { ...record, byteLength: 0, flags: FLAG.gap };
    expect(decodeRecord(encodeRecord(gap))).toStrictEqual(gap);
  });

  it('takes a part of 64 MiB (REC4)', () => {
    expect(patched(54, 4, 0, 0, 0).byteLength).toBe(67_108_864);
  });
});
