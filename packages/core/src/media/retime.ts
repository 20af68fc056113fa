/** Moves fragments in time, so that a looped clip is one continuous stream. */
import { type Box, badBox, boxFields, childBoxes, findBoxes, readBoxes, viewOf } from './boxes.js';

/** What an initialisation section says of one track. */
export interface TrackInit {
  /** Ticks a second. */
  readonly timescale: number;
  /** Ticks of a sample where its fragment does not say; 0 when the section does not either. */
  readonly sampleDuration: number;
}

/** A track's run of samples in one fragment, in ticks of its timescale. */
export interface FragmentTime {
  readonly trackId: number;
  readonly decodeTime: bigint;
  readonly duration: bigint;
}

/** Tracks by id. Throws `media/box`, also when there is no track or one has no timescale. */
export function readTracks(init: Uint8Array): ReadonlyMap<number, TrackInit> {
  const defaults = new Map<number, number>();
  for (const trex of findBoxes(init, ['moov', 'mvex', 'trex'])) {
    const fields = boxFields(init, trex);
    defaults.set(fields.u32(4), fields.u32(12));
  }
  const tracks = new Map<number, TrackInit>();
  for (const trak of findBoxes(init, ['moov', 'trak'])) {
    const inner = childBoxes(init, trak);
    const id = trackId(init, only(inner, 'tkhd'));
    const timescale = timescaleOf(init, only(childBoxes(init, only(inner, 'mdia')), 'mdhd'));
    tracks.set(id, { timescale, sampleDuration: defaults.get(id) ?? 0 });
  }
  if (tracks.size === 0) throw badBox('no track');
  return tracks;
}

/** Ticks a second of each track. Throws `media/box`. */
export function trackTimescales(init: Uint8Array): ReadonlyMap<number, number> {
  return new Map([...readTracks(init)].map(([id, { timescale }]) => [id, timescale]));
}

/** Start and length of every track in every fragment of `segment`. Throws `media/box`. */
export function fragmentTimes(
  segment: Uint8Array,
  tracks: ReadonlyMap<number, TrackInit>,
): readonly FragmentTime[] {
  return findBoxes(segment, ['moof', 'traf']).map((traf) => {
    const inner = childBoxes(segment, traf);
    const header = boxFields(segment, only(inner, 'tfhd'));
    const id = header.u32(4);
    const usual = tfhdDuration(header) ?? tracks.get(id)?.sampleDuration ?? 0;
    const runs = inner.filter(({ type }) => type === 'trun');
    const duration = runs.reduce((sum, run) => sum + runDuration(segment, run, usual), 0n);
    return { trackId: id, decodeTime: decodeTime(segment, only(inner, 'tfdt')), duration };
  });
}

/**
 * A copy of `segment` with the decode time of each track moved by its ticks, and its fragments
 * numbered from `sequenceNumber` (modulo 2^32). Tracks without an entry stay where they are.
 * Throws `media/box` when a time leaves its field: a version 0 `tfdt` holds 32 bits, and is not
 * made larger here.
 */
export function shiftSegment(
  segment: Uint8Array,
  shiftByTrack: ReadonlyMap<number, bigint>,
  sequenceNumber?: number,
): Uint8Array<ArrayBuffer> {
  const shifted = new Uint8Array(segment);
  let number = sequenceNumber;
  for (const moof of readBoxes(shifted)) {
    if (moof.type !== 'moof') continue;
    const inner = childBoxes(shifted, moof);
    if (number !== undefined) setSequence(shifted, only(inner, 'mfhd'), number++);
    for (const traf of inner.filter(({ type }) => type === 'traf')) {
      const parts = childBoxes(shifted, traf);
      const shift = shiftByTrack.get(boxFields(shifted, only(parts, 'tfhd')).u32(4));
      if (shift !== undefined) moveDecodeTime(shifted, only(parts, 'tfdt'), shift);
    }
  }
  return shifted;
}

function only(boxes: readonly Box[], type: string): Box {
  const found = boxes.filter((box) => box.type === type);
  if (found.length !== 1) throw badBox(`${found.length} ${type} where one belongs`);
  return found[0]!;
}

function trackId(init: Uint8Array, tkhd: Box): number {
  const fields = boxFields(init, tkhd);
  return fields.u32(fields.version === 1 ? 20 : 12);
}

function timescaleOf(init: Uint8Array, mdhd: Box): number {
  const fields = boxFields(init, mdhd);
  const timescale = fields.u32(fields.version === 1 ? 20 : 12);
  if (timescale === 0) throw badBox('a timescale of zero');
  return timescale;
}

function decodeTime(bytes: Uint8Array, tfdt: Box): bigint {
  const fields = boxFields(bytes, tfdt);
  return fields.version === 1 ? fields.u64(4) : BigInt(fields.u32(4));
}

function moveDecodeTime(bytes: Uint8Array, tfdt: Box, shift: bigint): void {
  const isWide = boxFields(bytes, tfdt).version === 1;
  const moved = decodeTime(bytes, tfdt) + shift;
  // A negative time keeps its sign bits when it is shifted out.
  if (moved >> (isWide ? 64n : 32n) !== 0n) throw badBox('a decode time out of range');
  if (isWide) viewOf(bytes).setBigUint64(tfdt.body + 4, moved);
  else viewOf(bytes).setUint32(tfdt.body + 4, Number(moved));
}

function setSequence(bytes: Uint8Array, mfhd: Box, number: number): void {
  boxFields(bytes, mfhd).u32(4);
  viewOf(bytes).setUint32(mfhd.body + 4, number % 2 ** 32);
}

type Fields = ReturnType<typeof boxFields>;

/** Optional fields stand in this order when their flag is set (section 8.8.7). */
function tfhdDuration(tfhd: Fields): number | undefined {
  if ((tfhd.flags & 0x8) === 0) return undefined;
  const before = ((tfhd.flags & 0x1) === 0 ? 0 : 8) + ((tfhd.flags & 0x2) === 0 ? 0 : 4);
  return tfhd.u32(8 + before);
}

/** Section 8.8.8: four optional fields a sample, the duration first. */
function runDuration(bytes: Uint8Array, trun: Box, usual: number): bigint {
  const fields = boxFields(bytes, trun);
  const { flags } = fields;
  const count = fields.u32(4);
  if ((flags & 0x100) === 0) return BigInt(usual) * BigInt(count);
  const first = 8 + ((flags & 0x1) === 0 ? 0 : 4) + ((flags & 0x4) === 0 ? 0 : 4);
  const stride = [0x100, 0x200, 0x400, 0x800].filter((bit) => (flags & bit) !== 0).length * 4;
  if (first + stride * count > fields.length) throw badBox('trun is too short');
  let sum = 0n;
  for (let index = 0; index < count; index++) sum += BigInt(fields.u32(first + stride * index));
  return sum;
}
