/** What an initialisation section says of its tracks: kinds, codecs, clocks and defaults. */
import { type Box, badBox, boxFields, childBoxes, findBoxes, viewOf } from '../boxes.js';
import { readTracks } from '../retime.js';

export interface Track {
  readonly id: number;
  readonly kind: 'picture' | 'sound' | 'other';
  /** Ticks a second. */
  readonly timescale: number;
  /** As CODECS of a playlist names it (RFC 6381); the bare sample entry where no more is known. */
  readonly codec: string;
  /** Pixels of a video track, else 0. */
  readonly width: number;
  readonly height: number;
  /** Of a sample where its fragment does not say. */
  readonly defaults: SampleDefaults;
}

export interface SampleDefaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/** Tracks of one initialisation section; more is `media/box`. */
export const TRACKS_MAX = 8;

/** In the order of the section. Throws `media/box`, also when there is no track. */
export function describeTracks(init: Uint8Array): readonly Track[] {
  const clocks = readTracks(init);
  if (clocks.size > TRACKS_MAX) throw badBox(`${clocks.size} tracks`);
  const defaults = readDefaults(init);
  return findBoxes(init, ['moov', 'trak']).map((trak) => {
    const inner = childBoxes(init, trak);
    const id = idOf(init, one(inner, 'tkhd'));
    const mdia = childBoxes(init, one(inner, 'mdia'));
    const kind = kindOf(init, one(mdia, 'hdlr'));
    const stbl = childBoxes(init, one(childBoxes(init, one(mdia, 'minf')), 'stbl'));
    const entry = childBoxes(init, one(stbl, 'stsd'), 8)[0];
    if (entry === undefined) throw badBox('a track without a sample entry');
    return {
      id,
      kind,
      timescale: clocks.get(id)?.timescale ?? 0,
      defaults: defaults.get(id) ?? { duration: 0, size: 0, flags: 0 },
      ...looks(init, entry, kind),
    };
  });
}

function readDefaults(init: Uint8Array): ReadonlyMap<number, SampleDefaults> {
  return new Map(
    findBoxes(init, ['moov', 'mvex', 'trex']).map((trex) => {
      const fields = boxFields(init, trex);
      const [duration, size, flags] = [fields.u32(12), fields.u32(16), fields.u32(20)];
      return [fields.u32(4), { duration, size, flags }];
    }),
  );
}

function kindOf(init: Uint8Array, hdlr: Box): Track['kind'] {
  const handler = boxFields(init, hdlr).u32(8);
  return handler === VIDE ? 'picture' : handler === SOUN ? 'sound' : 'other';
}

function looks(
  init: Uint8Array,
  entry: Box,
  kind: Track['kind'],
): Pick<Track, 'codec' | 'width' | 'height'> {
  const plain = { codec: entry.type, width: 0, height: 0 };
  if (kind === 'sound') {
    const esds = childBoxes(init, entry, AUDIO_ENTRY).find(({ type }) => type === 'esds');
    return esds === undefined ? plain : { ...plain, codec: audioCodec(init, esds) };
  }
  if (kind !== 'picture') return plain;
  const size = boxFields(init, entry).u32(24);
  const avcC = childBoxes(init, entry, VIDEO_ENTRY).find(({ type }) => type === 'avcC');
  const profile = avcC === undefined ? undefined : boxFields(init, avcC).u32(0) & 0xffffff;
  const more = profile === undefined ? '' : `.${profile.toString(16).padStart(6, '0')}`;
  return { codec: entry.type + more, width: size >>> 16, height: size & 0xffff };
}

/**
 * `mp4a.40.n`: the object type is the first five bits of the decoder's own configuration
 * (ISO/IEC 14496-1 section 7.2.6), which follows the tag 5 and its length; `mp4a` without one.
 */
function audioCodec(init: Uint8Array, esds: Box): string {
  const view = viewOf(init);
  let at = esds.body + 4;
  const byte = (): number => {
    if (at >= esds.end) throw badBox('esds is too short');
    return view.getUint8(at++);
  };
  const isDescriptor = (tag: number): boolean => {
    if (byte() !== tag) return false;
    while ((byte() & 0x80) !== 0);
    return true;
  };
  if (!isDescriptor(3)) return 'mp4a';
  at += 3;
  if (!isDescriptor(4)) return 'mp4a';
  const type = byte();
  at += 12;
  if (type !== 0x40) return `mp4a.${type.toString(16)}`;
  return isDescriptor(5) ? `mp4a.40.${byte() >>> 3}` : 'mp4a';
}

function idOf(init: Uint8Array, tkhd: Box): number {
  const fields = boxFields(init, tkhd);
  return fields.u32(fields.version === 1 ? 20 : 12);
}

function one(boxes: readonly Box[], type: string): Box {
  const found = boxes.filter((box) => box.type === type);
  if (found.length !== 1) throw badBox(`${found.length} ${type} where one belongs`);
  return found[0]!;
}

/** `vide` and `soun`. */
const VIDE = 0x76696465;
const SOUN = 0x736f756e;
/** Bytes of a sample entry before its boxes (ISO/IEC 14496-12 sections 12.1.3 and 12.2.3). */
const VIDEO_ENTRY = 78;
const AUDIO_ENTRY = 28;
