/** The stream: which segments exist when, how large they are, and their records. */
import { Bytes, Ms, type PartKey, pieceCount, type Rendition } from '@shoal/core/units';
import { encodeRecord, FLAG, type PartRecord, type SealedRecord } from '@shoal/core/wire';

export interface MediaSpec {
  readonly live: boolean;
  readonly bitrate: number;
  readonly segmentMs: Ms;
  /** Segments of a title, or of a live playlist. */
  readonly segments: number;
}

export interface Media extends MediaSpec {
  readonly streamId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly epoch: number;
  sizeOf(sequence: number): Bytes;
  piecesOf(sequence: number): number;
  /** When the segment appears; a title has always been there. */
  publishedAt(sequence: number): Ms;
  /** What the playlist names at this time, oldest first. */
  listed(now: Ms): readonly number[];
  sealed(sequence: number): SealedRecord;
}

/**
 * The sequence that is published at one segment duration after time zero; older ones exist from the
 * start.
 */
const FIRST = 100;

export function createMedia(spec: MediaSpec): Media {
  const sealed = new Map<number, SealedRecord>();
  const nominal = (spec.bitrate * spec.segmentMs) / 8000;
  const media: Media = {
    ...spec,
    streamId: new Uint8Array(32).fill(0x51),
    keyId: new Uint8Array(8).fill(0x6b),
    epoch: 1,
    sizeOf: (sequence) => Bytes(Math.round(nominal * (0.85 + 0.3 * spread(sequence)))),
    piecesOf: (sequence) => pieceCount(media.sizeOf(sequence)),
    publishedAt: (sequence) => (spec.live ? Ms((sequence - FIRST + 1) * spec.segmentMs) : Ms(0)),
    listed(now) {
      const newest = spec.live ? FIRST - 1 + Math.floor(now / spec.segmentMs) : spec.segments - 1;
      return Array.from({ length: spec.segments }, (_, i) => newest - spec.segments + 1 + i);
    },
    sealed(sequence) {
      const known = sealed.get(sequence) ?? seal(media, { rendition: 0, sequence, part: 0 });
      sealed.set(sequence, known);
      return known;
    },
  };
  return media;
}

/** A record that the publisher signed, as far as this world looks: see `isForged`. */
function seal(media: Media, key: PartKey): SealedRecord {
  const { sequence } = key;
  const record: PartRecord = {
    ...key,
    streamId: media.streamId,
    epoch: media.epoch,
    byteLength: media.sizeOf(sequence),
    durationMs: media.segmentMs,
    mediaTimeMs: Ms(sequence * media.segmentMs),
    flags: FLAG.independent + FLAG.lastPart,
    keyId: media.keyId,
    init: new Uint8Array(32),
    pieces: new Uint8Array(32),
    hint: `#EXTINF:${media.segmentMs / 1000},\nseg${sequence}.m4s`,
  };
  const digests = new Uint8Array(32 * media.piecesOf(sequence)).fill(sequence & 255);
  return { record, signed: encodeRecord(record), signature: new Uint8Array(64), digests };
}

/** The same record under a signature that is not the publisher's, of another length. */
export function forge(sealed: SealedRecord): SealedRecord {
  return { ...sealed, signature: new Uint8Array(64).fill(0xff) };
}

export function isForged(sealed: SealedRecord): boolean {
  return sealed.signature[0] !== 0;
}

export const RENDITION: Rendition = 0;

/** A number in [0, 1) that belongs to a sequence. */
function spread(sequence: number): number {
  return ((Math.imul(sequence + 1, 0x9e3779b1) >>> 8) & 0xffff) / 0x10000;
}
