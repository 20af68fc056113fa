/** The samples of a movie fragment: frames with their times, as one moof and its mdat say. */
import { type Box, badBox, boxFields, childBoxes, findBoxes, readBoxes } from '../boxes.js';
import type { Track } from './track.js';

/** One frame. Times are in ticks of its track. */
export interface Sample {
  readonly track: Track;
  readonly decodeTime: number;
  readonly duration: number;
  /** Presentation minus decode time. */
  readonly offset: number;
  /** As written in the fragment (ISO/IEC 14496-12 section 8.8.3.1). */
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/** Samples of one fragment; more is `media/box`. */
export const FRAGMENT_SAMPLES_MAX = 4096;

/** Whether decoding may begin here: `sample_is_non_sync_sample` is not set. */
export function isIndependent({ flags }: Pick<Sample, 'flags'>): boolean {
  return (flags & NON_SYNC) === 0;
}

/**
 * The samples of `moof`, whose bytes lie in the `mdat` right after it, run by run. Samples of
 * unknown tracks are left out. Throws `media/box`.
 */
export function readSamples(
  moof: Uint8Array,
  mdat: Uint8Array,
  tracks: ReadonlyMap<number, Track>,
): readonly Sample[] {
  const data: Data = { mdat, base: moof.length, body: readBoxes(mdat)[0]?.body ?? 0 };
  const samples: Sample[] = [];
  for (const traf of findBoxes(moof, ['moof', 'traf'])) {
    const inner = childBoxes(moof, traf);
    const header = readHeader(moof, one(inner, 'tfhd'), tracks);
    if (header === undefined) continue;
    let time = decodeTime(moof, one(inner, 'tfdt'));
    for (const trun of inner.filter(({ type }) => type === 'trun')) {
      time = readRun(moof, trun, header, data, time, samples);
    }
  }
  return samples;
}

interface Data {
  readonly mdat: Uint8Array;
  /** Where `mdat` begins, counted from the first byte of the moof. */
  readonly base: number;
  /** First byte in `mdat` after its header. */
  readonly body: number;
}

interface Header {
  readonly track: Track;
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/** Optional fields stand in this order when their flag is set (section 8.8.7). */
function readHeader(
  moof: Uint8Array,
  tfhd: Box,
  tracks: ReadonlyMap<number, Track>,
): Header | undefined {
  const fields = boxFields(moof, tfhd);
  const track = tracks.get(fields.u32(4));
  if ((fields.flags & 0x1) !== 0) throw badBox('an absolute data offset in a live stream');
  if (track === undefined) return undefined;
  let at = (fields.flags & 0x2) === 0 ? 8 : 12;
  const next = (flag: number, usual: number): number => {
    if ((fields.flags & flag) === 0) return usual;
    at += 4;
    return fields.u32(at - 4);
  };
  return {
    track,
    duration: next(0x8, track.defaults.duration),
    size: next(0x10, track.defaults.size),
    flags: next(0x20, track.defaults.flags),
  };
}

/** Section 8.8.8. Returns the time after the last sample. */
function readRun(
  moof: Uint8Array,
  trun: Box,
  header: Header,
  data: Data,
  start: number,
  samples: Sample[],
): number {
  const fields = boxFields(moof, trun);
  const { flags, version } = fields;
  const count = fields.u32(4);
  if (samples.length + count > FRAGMENT_SAMPLES_MAX) throw badBox(`${count} samples in a fragment`);
  let at = 8;
  const next = (flag: number, usual: number): number => {
    if ((flags & flag) === 0) return usual;
    at += 4;
    return fields.u32(at - 4);
  };
  // A run that does not say where its bytes are would follow another; ours always say.
  let place = next(0x1, data.base + data.body) - data.base;
  const first = next(0x4, header.flags);
  let time = start;
  for (let i = 0; i < count; i++) {
    const duration = next(0x100, header.duration);
    const size = next(0x200, header.size);
    const own = next(0x400, i === 0 ? first : header.flags);
    const raw = next(0x800, 0);
    if (place < data.body || place + size > data.mdat.length) throw badBox('a sample outside mdat');
    samples.push({
      track: header.track,
      decodeTime: time,
      duration,
      offset: version === 0 ? raw : raw | 0,
      flags: own,
      bytes: data.mdat.subarray(place, place + size),
    });
    place += size;
    time += duration;
  }
  return time;
}

function decodeTime(moof: Uint8Array, tfdt: Box): number {
  const fields = boxFields(moof, tfdt);
  const time = fields.version === 1 ? Number(fields.u64(4)) : fields.u32(4);
  if (time > TIME_MAX) throw badBox('a decode time out of range');
  return time;
}

function one(boxes: readonly Box[], type: string): Box {
  const found = boxes.filter((box) => box.type === type);
  if (found.length !== 1) throw badBox(`${found.length} ${type} where one belongs`);
  return found[0]!;
}

const NON_SYNC = 0x10000;
/** Every time up to here, and the sum of two, is an exact number. */
const TIME_MAX = 2 ** 51;
