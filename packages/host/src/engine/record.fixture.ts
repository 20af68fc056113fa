/** Records of made-up media, signed by the memory crypto. */
import { keyIdOf, streamIdInput } from '@shoal/core/integrity';
import { PIECE_BYTES } from '@shoal/core/units';
import { encodeRecord, FLAG, type PartRecord, type SealedRecord } from '@shoal/core/wire';
import { createMemoryCrypto } from '../memory/index.js';

export const crypto = createMemoryCrypto();
export const publicKey = new Uint8Array(32).fill(5);
export const NAME = 'fixture';
export const EPOCH = 3;

/** The bytes of one made-up segment. */
export function mediaOf(sequence: number, length = 60_000, rendition = 0): Uint8Array {
  return Uint8Array.from(
    { length },
    (_, i) => (i * 7 + sequence * 13 + rendition * 101 + (i >> 8)) & 255,
  );
}

export interface RecordChoice {
  readonly sequence: number;
  readonly rendition?: number;
  readonly media?: Uint8Array;
  readonly change?: Partial<PartRecord>;
}

export function sealedRecord(choice: RecordChoice): SealedRecord {
  const { sequence, rendition = 0 } = choice;
  const media = choice.media ?? mediaOf(sequence, undefined, rendition);
  const pieces = Math.ceil(media.length / PIECE_BYTES);
  const digests = new Uint8Array(32 * pieces);
  for (let i = 0; i < pieces; i++) {
    const piece = media.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES);
    digests.set(crypto.digestNow(piece), 32 * i);
  }
  const record: PartRecord = {
    streamId: crypto.digestNow(streamIdInput(publicKey, NAME)),
    epoch: EPOCH,
    rendition,
    sequence,
    part: 0,
    byteLength: media.length,
    durationMs: 2000,
    mediaTimeMs: 2000 * sequence,
    flags: FLAG.independent | FLAG.lastPart,
    keyId: keyIdOf(crypto.digestNow(publicKey)),
    init: new Uint8Array(32),
    pieces: crypto.digestNow(digests),
    hint: `#EXTINF:2.000,\nseg-${sequence}.m4s`,
    ...choice.change,
  };
  const signed = encodeRecord(record);
  return { record, signed, signature: crypto.sign(publicKey, signed), digests };
}
