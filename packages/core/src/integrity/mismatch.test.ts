import { describe, expect, it } from 'vitest';
import type { PartRecord } from '../wire/index.js';
import { recordMismatch } from './mismatch.js';

const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);
const expected = { streamId: bytes(32, 1), epoch: 2, keyId: bytes(8, 3) };
const record: PartRecord = {
  ...expected,
  rendition: 0,
  sequence: 0,
  part: 0,
  byteLength: 1,
  durationMs: 1,
  mediaTimeMs: 0,
  flags: 0,
  init: bytes(32, 0),
  pieces: bytes(32, 0),
  hint: '',
};

describe('recordMismatch', () => {
  it('finds nothing wrong with a record of this stream, epoch and key (REC9)', () => {
    expect(recordMismatch(record, expected)).toBeUndefined();
  });

  it.each([
    ['stream', { streamId: bytes(32, 1).with(31, 0) }],
    ['epoch', { epoch: 1 }],
    ['epoch', { epoch: 3 }],
    ['key', { keyId: bytes(8, 3).with(7, 0) }],
    ['stream', { streamId: bytes(32, 9), epoch: 9, keyId: bytes(8, 9) }],
  ])('names the first difference: %s (REC9)', (reason, other) => {
    expect(recordMismatch({ ...record, ...other }, expected)).toBe(reason);
  });
});
