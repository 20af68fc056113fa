/** Writes one movie fragment: a part as players get it, a moof and its mdat. */
import { invariant } from '../../errors/index.js';
import { viewOf } from '../boxes.js';
import type { Sample } from './sample.js';

/** Consecutive samples of one track. */
export interface Run {
  readonly trackId: number;
  /** Decode time of the first sample on the timeline of the stream, in ticks. */
  readonly decodeTime: number;
  readonly samples: readonly Sample[];
}

/** `number` is that of the fragment, counted modulo 2^32. Runs without samples are left out. */
export function writeFragment(number: number, runs: readonly Run[]): Uint8Array<ArrayBuffer> {
  const full = runs.filter(({ samples }) => samples.length > 0);
  const moofBytes = full.reduce((sum, run) => sum + trafBytes(run), 8 + 16);
  const dataBytes = full.reduce((sum, { samples }) => sum + bytesOf(samples), 0);
  const out = new Uint8Array(moofBytes + 8 + dataBytes);
  const view = viewOf(out);
  let at = 0;
  const u32 = (value: number): void => {
    view.setUint32(at, value);
    at += 4;
  };
  const box = (size: number, type: string): void => {
    u32(size);
    for (const letter of type) out[at++] = letter.charCodeAt(0);
  };
  box(moofBytes, 'moof');
  box(16, 'mfhd');
  u32(0);
  u32(number % 2 ** 32);
  let place = moofBytes + 8;
  for (const run of full) {
    invariant(run.decodeTime >= 0, 'writeFragment: a decode time before the beginning');
    box(trafBytes(run), 'traf');
    box(16, 'tfhd');
    u32(DEFAULT_BASE_IS_MOOF);
    u32(run.trackId);
    box(20, 'tfdt');
    u32(VERSION_1);
    view.setBigUint64(at, BigInt(run.decodeTime));
    at += 8;
    box(trunBytes(run), 'trun');
    u32(VERSION_1 | EVERY_FIELD);
    u32(run.samples.length);
    u32(place);
    for (const { duration, bytes, flags, offset } of run.samples) {
      u32(duration);
      u32(bytes.length);
      u32(flags);
      u32(offset);
      out.set(bytes, place);
      place += bytes.length;
    }
  }
  box(8 + dataBytes, 'mdat');
  return out;
}

function trafBytes(run: Run): number {
  return 8 + 16 + 20 + trunBytes(run);
}

function trunBytes({ samples }: Run): number {
  return 20 + 16 * samples.length;
}

function bytesOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

const DEFAULT_BASE_IS_MOOF = 0x020000;
const VERSION_1 = 0x01000000;
/** Data offset; duration, size, flags and composition offset of each sample. */
const EVERY_FIELD = 0xf01;
