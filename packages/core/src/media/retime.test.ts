import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShoalError } from '../errors/index.js';
import { boxFields, findBoxes } from './boxes.js';
import { parseMediaPlaylist } from './playlist.js';
import { fragmentTimes, readTracks, shiftSegment, trackTimescales } from './retime.js';

const CLIP = new URL('../../../../media/clip/', import.meta.url);
const file = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, CLIP)));
const RENDITIONS = readdirSync(CLIP).filter((name) => /^\d+p$/.test(name));
/** 32 s in ticks of the picture and of the sound. */
const LOOP = new Map([
  [1, 409_600n],
  [2, 1_536_000n],
]);

function renditionOf(name: string) {
  const text = readFileSync(new URL(`${name}/index.m3u8`, CLIP), 'utf8');
  const segments = parseMediaPlaylist(text).segments.map(({ uri }) => file(`${name}/${uri}`));
  return { tracks: readTracks(file(`${name}/init.mp4`)), segments };
}

describe('the bundled clip', () => {
  it('has the timescales that its README says, in every rendition', () => {
    expect(RENDITIONS.sort()).toEqual(['180p', '360p', '540p']);
    for (const name of RENDITIONS) {
      expect([...trackTimescales(file(`${name}/init.mp4`))]).toEqual([
        [1, 12_800],
        [2, 48_000],
      ]);
    }
  });

  it('plays twice without a gap when its second turn is moved by its length', () => {
    for (const name of RENDITIONS) {
      const { tracks, segments } = renditionOf(name);
      const second = segments.map((segment, index) => shiftSegment(segment, LOOP, 17 + index));
      const next = new Map([
        [1, 0n],
        [2, 0n],
      ]);
      for (const segment of [...segments, ...second]) {
        const times = fragmentTimes(segment, tracks);
        expect(times.map(({ trackId }) => trackId)).toEqual([1, 2]);
        for (const { trackId, decodeTime, duration } of times) {
          expect(decodeTime).toBe(next.get(trackId));
          next.set(trackId, decodeTime + duration);
        }
      }
      expect([...next.values()]).toEqual([819_200n, 3_072_000n]);
    }
  });

  it('is cut so that picture and sound of a segment begin within one frame of each other', () => {
    for (const name of RENDITIONS) {
      const { tracks, segments } = renditionOf(name);
      for (const segment of segments) {
        const [picture, sound] = fragmentTimes(segment, tracks);
        const apart = Number(sound!.decodeTime) / 48_000 - Number(picture!.decodeTime) / 12_800;
        expect(Math.abs(apart)).toBeLessThan(1024 / 48_000);
        expect(picture!.duration).toBe(25_600n);
      }
    }
  });
});

describe('moving a segment', () => {
  it('changes the decode times and the fragment numbers, and not one byte else', () => {
    const segment = file('180p/seg-3.m4s');
    const moved = shiftSegment(segment, LOOP, 2 ** 32 + 9);
    const numbers = findBoxes(moved, ['moof', 'mfhd']).map((mfhd) => boxFields(moved, mfhd).u32(4));
    expect(numbers).toEqual([9]);
    expect(segment).toEqual(file('180p/seg-3.m4s'));
    const back = shiftSegment(moved, new Map([...LOOP].map(([id, ticks]) => [id, -ticks])), 4);
    expect(back).toEqual(segment);
  });

  it('numbers the fragments of one segment one after the other, modulo 2^32', () => {
    const one = fragment([1, 0, 0, 0, ...u64(0)]);
    const both = shiftSegment(Uint8Array.from([...one, ...one]), LOOP, 2 ** 32 - 1);
    const numbers = findBoxes(both, ['moof', 'mfhd']).map((mfhd) => boxFields(both, mfhd).u32(4));
    expect(numbers).toEqual([0xffffffff, 0]);
  });

  it('leaves numbers alone unless told, and tracks that are not named', () => {
    const segment = file('180p/seg-3.m4s');
    expect(shiftSegment(segment, new Map())).toEqual(segment);
    const { tracks } = renditionOf('180p');
    const [picture, sound] = fragmentTimes(shiftSegment(segment, new Map([[2, 5n]])), tracks);
    expect([picture!.decodeTime, sound!.decodeTime]).toEqual([76_800n, 288_773n]);
  });

  it('reaches any time of 64 bits, and refuses one beyond', () => {
    const segment = file('180p/seg-0.m4s');
    const last = 2n ** 64n - 1n;
    const { tracks } = renditionOf('180p');
    const far = shiftSegment(segment, new Map([[1, last]]));
    expect(fragmentTimes(far, tracks)[0]!.decodeTime).toBe(last);
    for (const shift of [last + 1n, -1n]) {
      expect(() => shiftSegment(segment, new Map([[1, shift]]))).toThrow(
        'a decode time out of range',
      );
    }
  });

  it('keeps a time of 32 bits where it fits, and refuses one that does not', () => {
    const old = fragment([0, 0, 0, 0, ...u32(7)]);
    const moved = shiftSegment(old, new Map([[1, 0xfffffff8n]]));
    expect(fragmentTimes(moved, new Map())[0]!.decodeTime).toBe(0xffffffffn);
    expect(() => shiftSegment(old, new Map([[1, 0xfffffff9n]]))).toThrow('[media/box]');
  });
});

describe('lengths of fragments', () => {
  const TRACKS = new Map([[1, { timescale: 1000, sampleDuration: 40 }]]);
  const lengthOf = (tfhd: number[], trun: number[]): bigint =>
    fragmentTimes(fragment([1, 0, 0, 0, ...u64(0)], tfhd, trun), TRACKS)[0]!.duration;

  it('come from the samples, else the fragment, else the track', () => {
    const plain = [0, 0, 0, 0, ...u32(3)];
    expect(lengthOf(TFHD, plain)).toBe(120n);
    expect(lengthOf([0, 0, 0, 0x8, ...u32(1), ...u32(50)], plain)).toBe(150n);
    const allBefore = [0, 0, 0, 0xb, ...u32(1), ...u64(9), ...u32(9), ...u32(60)];
    expect(lengthOf(allBefore, plain)).toBe(180n);
    expect(lengthOf(TFHD, [0, 0, 1, 0, ...u32(2), ...u32(10), ...u32(20)])).toBe(30n);
    const full = [0, 0, 0xf, 0x5, ...u32(2), ...u32(0), ...u32(0)];
    const samples = [11, 1, 1, 1, 22, 1, 1, 1].flatMap(u32);
    expect(lengthOf(TFHD, [...full, ...samples])).toBe(33n);
  });

  it('are refused when a run claims more samples than it has', () => {
    expect(() => lengthOf(TFHD, [0, 0, 1, 0, ...u32(2), ...u32(10)])).toThrow('trun is too short');
    expect(() => lengthOf(TFHD, [0, 0, 1, 0, ...u32(-1)])).toThrow('trun is too short');
    const cut = [0, 0, 3, 0, ...u32(1), ...u32(10)];
    expect(() => lengthOf(TFHD, cut)).toThrow('trun is too short');
    expect(lengthOf(TFHD, [0, 0, 0, 0, ...u32(-1)])).toBe(40n * 0xffffffffn);
  });
});

describe('media from strangers', () => {
  const readers = [
    (input: Uint8Array) => readTracks(input),
    (input: Uint8Array) => fragmentTimes(input, new Map()),
    (input: Uint8Array) => shiftSegment(input, LOOP, 1),
  ];

  it('lacks a box, or has it twice', () => {
    expect(() => readTracks(new Uint8Array(0))).toThrow('no track');
    expect(() => readTracks(box('moov', ...box('trak', ...box('mdia'))))).toThrow('0 tkhd');
    const twice = box('moof', ...box('mfhd', ...u64(0)), ...box('mfhd', ...u64(0)));
    expect(() => shiftSegment(twice, LOOP, 1)).toThrow('2 mfhd where one belongs');
    expect(() => shiftSegment(box('moof', ...box('mfhd', 1)), LOOP, 1)).toThrow(
      'mfhd is too short',
    );
  });

  it('is read, or refused with one code, however its bytes are changed or cut', () => {
    const whole = [file('180p/init.mp4'), file('180p/seg-0.m4s').subarray(0, 1200)];
    const change = fc.record({
      which: fc.nat({ max: 1 }),
      length: fc.nat({ max: 1300 }),
      edits: fc.array(fc.tuple(fc.nat({ max: 1299 }), fc.nat({ max: 255 })), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(change, ({ which, length, edits }) => {
        const input = whole[which]!.slice(0, length);
        for (const [at, value] of edits) if (at < input.length) input[at] = value;
        for (const read of readers) {
          try {
            read(input);
          } catch (thrown) {
            if (!isShoalError(thrown, 'media/box')) throw thrown;
          }
        }
      }),
      { seed: 41, numRuns: 3000 },
    );
  });
});

const TFHD = [0, 0, 0, 0, 0, 0, 0, 1];

function fragment(tfdt: number[], tfhd = TFHD, trun: number[] = [0, 0, 0, 0, 0, 0, 0, 0]) {
  const traf = box(
    'traf',
    ...box('tfhd', ...tfhd),
    ...box('tfdt', ...tfdt),
    ...box('trun', ...trun),
  );
  return box('moof', ...box('mfhd', ...u64(1)), ...traf);
}

function box(type: string, ...body: number[]): Uint8Array {
  const name = [...type].map((character) => character.charCodeAt(0));
  return Uint8Array.from([...u32(8 + body.length), ...name, ...body]);
}

function u32(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}

function u64(value: number): number[] {
  return [...u32(0), ...u32(value)];
}
