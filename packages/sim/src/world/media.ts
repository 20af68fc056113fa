/** The stream: which segments exist when, how large they are, and their records. */
import { Bytes, Ms, type PartKey, partId, pieceCount, type Rendition } from '@shoal/core/units';
import { encodeRecord, FLAG, type PartRecord, type SealedRecord } from '@shoal/core/wire';

export interface MediaSpec {
  readonly live: boolean;
  /** One a rendition, numbered from 0. */
  readonly bitrates: readonly number[];
  readonly segmentMs: Ms;
  /** At low latency, how long the parts of a segment are; it holds a whole number of them. */
  readonly partMs?: Ms;
  /** Segments of a title, or of a live playlist. */
  readonly segments: number;
}

export interface Segment {
  readonly rendition: Rendition;
  readonly sequence: number;
  /** One part of it; undefined: all of it. */
  readonly part?: number | undefined;
}

export interface Media extends MediaSpec {
  readonly streamId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly epoch: number;
  /** Parts of a segment. */
  readonly parts: number;
  sizeOf(segment: Segment): Bytes;
  piecesOf(segment: Segment): number;
  /** When it appears; a title has always been there. */
  publishedAt(segment: Pick<Segment, 'sequence' | 'part'>): Ms;
  /** What the playlist names at this time, oldest first. */
  listed(now: Ms): readonly number[];
  sealed(key: PartKey): SealedRecord;
}

/**
 * The sequence that is published at one segment duration after time zero; older ones exist from the
 * start.
 */
const FIRST = 100;

export function createMedia(spec: MediaSpec): Media {
  const sealed = new Map<string, SealedRecord>();
  const parts = Math.round(spec.segmentMs / (spec.partMs ?? spec.segmentMs));
  const media: Media = {
    ...spec,
    parts,
    streamId: new Uint8Array(32).fill(0x51),
    keyId: new Uint8Array(8).fill(0x6b),
    epoch: 1,
    sizeOf({ rendition, sequence, part }) {
      const nominal = ((spec.bitrates[rendition] ?? 0) * spec.segmentMs) / 8000;
      const whole = Math.round(nominal * (0.85 + 0.3 * spread(sequence)));
      if (part === undefined) return Bytes(whole);
      // The first part has the key frame, and is as large as two.
      const before = (n: number): number => Math.floor((whole * (n && n + 1)) / (parts + 1));
      return Bytes(parts === 1 ? whole : before(part + 1) - before(part));
    },
    piecesOf: (segment) => pieceCount(media.sizeOf(segment)),
    publishedAt({ sequence, part = parts - 1 }) {
      return Ms(spec.live ? (sequence - FIRST + (part + 1) / parts) * spec.segmentMs : 0);
    },
    listed(now) {
      const newest = spec.live ? FIRST - 1 + Math.floor(now / spec.segmentMs) : spec.segments - 1;
      return Array.from({ length: spec.segments }, (_, i) => newest - spec.segments + 1 + i);
    },
    sealed({ rendition, sequence, part }) {
      const key = { rendition, sequence, part };
      const known = sealed.get(partId(key)) ?? seal(media, key);
      sealed.set(partId(key), known);
      return known;
    },
  };
  return media;
}

/** A record that the publisher signed, as far as this world looks: see `isForged`. */
function seal(media: Media, key: PartKey): SealedRecord {
  const { rendition, sequence, part } = key;
  const isLast = part === media.parts - 1;
  const record: PartRecord = {
    ...key,
    streamId: media.streamId,
    epoch: media.epoch,
    byteLength: media.sizeOf(key),
    durationMs: Ms(media.segmentMs / media.parts),
    mediaTimeMs: Ms((sequence + part / media.parts) * media.segmentMs),
    flags: (part === 0 ? FLAG.independent : 0) + (isLast ? FLAG.lastPart : 0),
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
