/** The stream: which segments exist when, how large they are, and their records. */
import { Bytes, Ms, type PartKey, pieceCount, type Rendition } from '@shoal/core/units';
import { encodeRecord, FLAG, type PartRecord, type SealedRecord } from '@shoal/core/wire';

export interface MediaSpec {
  readonly live: boolean;
  /** One a rendition, numbered from 0. */
  readonly bitrates: readonly number[];
  readonly segmentMs: Ms;
  /** Segments of a title, or of a live playlist. */
  readonly segments: number;
}

export interface Segment {
  readonly rendition: Rendition;
  readonly sequence: number;
}

export interface Media extends MediaSpec {
  readonly streamId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly epoch: number;
  sizeOf(segment: Segment): Bytes;
  piecesOf(segment: Segment): number;
  /** When the segment appears; a title has always been there. */
  publishedAt(sequence: number): Ms;
  /** What the playlist names at this time, oldest first. */
  listed(now: Ms): readonly number[];
  sealed(segment: Segment): SealedRecord;
}

/**
 * The sequence that is published at one segment duration after time zero; older ones exist from the
 * start.
 */
const FIRST = 100;

export function createMedia(spec: MediaSpec): Media {
  const sealed = new Map<string, SealedRecord>();
  const media: Media = {
    ...spec,
    streamId: new Uint8Array(32).fill(0x51),
    keyId: new Uint8Array(8).fill(0x6b),
    epoch: 1,
    sizeOf({ rendition, sequence }) {
      const nominal = ((spec.bitrates[rendition] ?? 0) * spec.segmentMs) / 8000;
      return Bytes(Math.round(nominal * (0.85 + 0.3 * spread(sequence))));
    },
    piecesOf: (segment) => pieceCount(media.sizeOf(segment)),
    publishedAt: (sequence) => (spec.live ? Ms((sequence - FIRST + 1) * spec.segmentMs) : Ms(0)),
    listed(now) {
      const newest = spec.live ? FIRST - 1 + Math.floor(now / spec.segmentMs) : spec.segments - 1;
      return Array.from({ length: spec.segments }, (_, i) => newest - spec.segments + 1 + i);
    },
    sealed(segment) {
      const id = `${segment.rendition}/${segment.sequence}`;
      const known = sealed.get(id) ?? seal(media, { ...segment, part: 0 });
      sealed.set(id, known);
      return known;
    },
  };
  return media;
}

/** A record that the publisher signed, as far as this world looks: see `isForged`. */
function seal(media: Media, key: PartKey): SealedRecord {
  const { rendition, sequence } = key;
  const record: PartRecord = {
    ...key,
    streamId: media.streamId,
    epoch: media.epoch,
    byteLength: media.sizeOf(key),
    durationMs: media.segmentMs,
    mediaTimeMs: Ms(sequence * media.segmentMs),
    flags: FLAG.independent + FLAG.lastPart,
    keyId: media.keyId,
    init: new Uint8Array(32),
    pieces: new Uint8Array(32),
    hint: `#EXTINF:${media.segmentMs / 1000},\n${rendition}/seg${sequence}.m4s`,
  };
  const digests = new Uint8Array(32 * media.piecesOf(key)).fill(sequence & 255);
  return { record, signed: encodeRecord(record), signature: new Uint8Array(64), digests };
}

/** The same record under a signature that is not the publisher's, of another length. */
export function forge(sealed: SealedRecord): SealedRecord {
  return { ...sealed, signature: new Uint8Array(64).fill(0xff) };
}

export function isForged(sealed: SealedRecord): boolean {
  return sealed.signature[0] !== 0;
}

/** A number in [0, 1) that belongs to a sequence. */
function spread(sequence: number): number {
  return ((Math.imul(sequence + 1, 0x9e3779b1) >>> 8) & 0xffff) / 0x10000;
}
