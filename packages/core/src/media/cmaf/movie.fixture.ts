/** Fragmented MP4 for tests: a description of one picture and one sound, and fragments of frames. */
import { concat } from './bytes.fixture.js';
import { writeFragment } from './fragment.js';
import type { Sample } from './sample.js';
import { describeTracks, type Track } from './track.js';

export const VIDEO_SCALE = 15_360;
export const AUDIO_SCALE = 48_000;
export const KEY = 0x2000000;
export const DELTA = 0x1010000;

/** `ftyp` and `moov` of a picture (track 1), a sound (track 2), or both. */
export function movieInit(kinds: readonly ('picture' | 'sound')[]): Uint8Array {
  const traks = kinds.map((kind) => (kind === 'picture' ? VIDEO_TRAK : AUDIO_TRAK));
  const trex = kinds.map((kind) =>
    box('trex', u32(0), u32(kind === 'picture' ? 1 : 2), u32(1), u32(0), u32(0), u32(0)),
  );
  return concat(box('ftyp', ascii('iso6')), box('moov', ...traks, box('mvex', ...trex)));
}

export interface Frame {
  readonly kind: 'picture' | 'sound';
  readonly decodeTime: number;
  /** 0: the encoder does not say. */
  readonly duration?: number;
  readonly offset?: number;
  readonly key?: boolean;
  readonly bytes?: Uint8Array;
}

/** A fragment a frame, as ffmpeg writes it when it is asked to be prompt. */
export function movieFrames(frames: readonly Frame[]): Uint8Array {
  return concat(
    ...frames.map(({ kind, decodeTime, duration, offset = 0, key = true, bytes }, i) => {
      const track = (kind === 'picture' ? TRACKS[0] : TRACKS[1]) as Track;
      const sample: Sample = {
        track,
        decodeTime,
        duration: duration ?? (kind === 'picture' ? 512 : 1024),
        offset,
        flags: key ? KEY : DELTA,
        bytes: bytes ?? new Uint8Array([i & 255, decodeTime & 255, 7]),
      };
      return writeFragment(i + 1, [{ trackId: track.id, decodeTime, samples: [sample] }]);
    }),
  );
}

/** Frames of 30 a second, in order, with sound of 1024 samples a frame between them. */
export function programme(
  seconds: number,
  { fps = 30, keyEvery = 60, sound = true, startSec = 0, declared = true } = {},
): Frame[] {
  const frames: Frame[] = [];
  const video = VIDEO_SCALE / fps;
  const count = Math.round(seconds * fps);
  let audio = 0;
  for (let i = 0; i < count; i++) {
    const atSec = i / fps;
    for (; sound && (audio * 1024) / AUDIO_SCALE < atSec; audio++) {
      frames.push({ kind: 'sound', decodeTime: startSec * AUDIO_SCALE + audio * 1024 });
    }
    const decodeTime = Math.round(startSec * VIDEO_SCALE + i * video);
    const duration = declared ? Math.round(video) : 0;
    frames.push({ kind: 'picture', decodeTime, duration, key: i % keyEvery === 0 });
  }
  return frames;
}

function box(type: string, ...bodies: readonly Uint8Array[]): Uint8Array {
  const body = concat(...bodies);
  return concat(u32(8 + body.length), ascii(type), body);
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function zeros(count: number): Uint8Array {
  return new Uint8Array(count);
}

function trak(id: number, scale: number, handler: string, entry: Uint8Array): Uint8Array {
  return box(
    'trak',
    box('tkhd', u32(3), zeros(8), u32(id), zeros(68)),
    box(
      'mdia',
      box('mdhd', u32(0), zeros(8), u32(scale), zeros(8)),
      box('hdlr', u32(0), u32(0), ascii(handler), zeros(13)),
      box('minf', box('stbl', box('stsd', u32(0), u32(1), entry))),
    ),
  );
}

const AVCC = box('avcC', Uint8Array.of(1, 0x64, 0, 0x1f, 0xff));
const SIZE = Uint8Array.of(640 >> 8, 640 & 255, 360 >> 8, 360 & 255);
const VIDEO_TRAK = trak(1, VIDEO_SCALE, 'vide', box('avc1', zeros(24), SIZE, zeros(50), AVCC));
const ESDS = box(
  'esds',
  u32(0),
  Uint8Array.of(3, 0x80, 0x80, 0x80, 25, 0, 2, 0, 4, 17, 0x40, 0x15),
  zeros(11),
  Uint8Array.of(5, 2, 0x11, 0x90),
);
const AUDIO_TRAK = trak(2, AUDIO_SCALE, 'soun', box('mp4a', zeros(28), ESDS));
const TRACKS = describeTracks(movieInit(['picture', 'sound']));
