import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShoalError } from '../../errors/index.js';
import { Ms } from '../../units/index.js';
import { fragmentTimes, readTracks } from '../retime.js';
import { concat } from './bytes.fixture.js';
import { type Frame, movieFrames, movieInit, programme } from './movie.fixture.js';
import { createPackager, DEFAULT_PACKAGER, type Packaged, type Packager } from './packager.js';

const BOTH = movieInit(['picture', 'sound']);

describe('parts and segments', () => {
  it('cuts parts of the configured length and segments at keyframes', () => {
    const out = package_(programme(6));
    expect(segments(out).map(({ durationMs }) => durationMs)).toEqual([2000, 2000, 2000]);
    expect(parts(out).map(({ durationMs }) => Math.round(durationMs))).toEqual(Array(12).fill(500));
    expect(parts(out).map(({ independent }) => independent)).toEqual(
      Array.from({ length: 12 }, (_, i) => i % 4 === 0),
    );
  });

  it('keeps every frame, in order, with the bytes it had', () => {
    const frames = programme(4);
    const sent = frames.filter(({ kind }) => kind === 'picture');
    const out = package_(frames);
    const bodies = Buffer.concat(parts(out).map(({ bytes }) => Buffer.from(bytes)));
    const times = fragmentTimes(bodies, readTracks(BOTH)).filter(({ trackId }) => trackId === 1);
    expect(times.reduce((sum, { duration }) => sum + duration, 0n)).toBe(BigInt(sent.length * 512));
    for (const frame of movieFrames(sent).length ? sent.slice(0, 20) : []) {
      expect(bodies.includes(Buffer.from(frame.bytes ?? []))).toBe(true);
    }
  });

  it('each part begins where the one before ended', () => {
    const out = package_(programme(6));
    const tracks = readTracks(BOTH);
    const video = parts(out).flatMap(({ bytes }) =>
      fragmentTimes(bytes, tracks).filter(({ trackId }) => trackId === 1),
    );
    video.slice(1).forEach(({ decodeTime }, i) => {
      const before = video[i]!;
      expect(decodeTime).toBe(before.decodeTime + before.duration);
    });
  });

  it('gives a part as soon as no further frame fits, not with the next frame', () => {
    const packager = opened();
    const first = packager.push(movieFrames(programme(0.5, { sound: false })));
    expect(parts(first)).toHaveLength(1);
  });

  it('measures frames whose length the encoder does not say', () => {
    const out = package_(programme(6, { declared: false }));
    expect(
      parts(out)
        .slice(0, 8)
        .map(({ durationMs }) => Math.round(durationMs)),
    ).toEqual(Array(8).fill(500));
  });

  it.each([
    [50, 500],
    [25, 500],
    [24, 500],
    [12, 500],
    [3, 667],
    [1, 1000],
  ])('at %i frames a second, parts reach 85 %% of their target', (fps, target) => {
    const packager = opened();
    const out = [...packager.push(movieFrames(programme(8, { fps, keyEvery: 2 * fps })))];
    expect(Math.round(packager.partTargetMs)).toBe(target);
    for (const [i, { durationMs, sequence }] of parts(out).entries()) {
      expect(durationMs).toBeLessThanOrEqual(packager.partTargetMs + 1.6);
      const isLast = parts(out)[i + 1]?.sequence !== sequence;
      if (!isLast) expect(durationMs).toBeGreaterThanOrEqual(0.85 * packager.partTargetMs);
    }
  });

  it('the bytes may come in any pieces', () => {
    const bytes = concat(BOTH, movieFrames(programme(4)));
    const whole = all(bytes.length, bytes);
    expect(all(7, bytes)).toEqual(whole);
    expect(all(4096, bytes)).toEqual(whole);
  });

  it('keeps the composition offsets of B-frames', () => {
    const frames = programme(2.1, { sound: false }).map((frame, i) => ({
      ...frame,
      offset: (i % 3) * 512 - 512,
    }));
    const [part] = parts(package_(frames));
    const view = new DataView(part!.bytes.buffer);
    const trun = Buffer.from(part!.bytes).indexOf('trun') + 4;
    const offsets = [0, 1, 2, 3].map((i) => view.getInt32(trun + 12 + 16 * i + 12));
    expect(offsets).toEqual([-512, 0, 512, -512]);
  });
});

describe('odd publishers', () => {
  it('sound alone is a stream too', () => {
    const init = movieInit(['sound']);
    const packager = createPackager();
    packager.begin(Ms(0));
    const frames = Array.from(
      { length: 400 },
      (_, i): Frame => ({
        kind: 'sound',
        decodeTime: i * 1024,
      }),
    );
    const out = packager.push(concat(init, movieFrames(frames)));
    expect(segments(out).length).toBeGreaterThan(2);
    expect(parts(out).every(({ independent }) => independent)).toBe(true);
  });

  it('cuts without a keyframe when none comes for 30 s', () => {
    const out = package_(programme(36, { keyEvery: 60 }).map((f, i) => ({ ...f, key: i < 300 })));
    const late = package_([...programme(4), ...unkeyed(programme(30, { startSec: 4 }))]);
    expect(segments(out).every(({ durationMs }) => durationMs <= 2500)).toBe(true);
    expect(segments(late).filter(({ forced }) => forced).length).toBeGreaterThan(10);
    expect(segments(late).every(({ durationMs }) => Math.round(durationMs / 1000) <= 2)).toBe(true);
  });

  it('long distances between keyframes at the start set the target duration', () => {
    const packager = opened();
    const out = packager.push(movieFrames(programme(26, { keyEvery: 250 })));
    expect(packager.targetMs).toBe(8000);
    expect(segments(out).map(({ forced }) => forced)).toEqual([false, false, false]);
  });

  it('a clock that jumps is a discontinuity on a timeline that goes on', () => {
    for (const startSec of [4000, 0]) {
      const frames = [...programme(5, { startSec: 100 }), ...programme(5, { startSec })];
      const out = package_(frames);
      const all = segments(out);
      expect(all.filter(({ discontinuity }) => discontinuity)).toHaveLength(1);
      all.slice(1).forEach(({ startMs }, i) => {
        expect(startMs).toBeCloseTo(all[i]!.startMs + all[i]!.durationMs, 3);
      });
    }
  });

  it('a picture that stands still does not hold the sound back', () => {
    const frames = programme(10).filter(
      ({ kind, decodeTime }) => kind === 'sound' || decodeTime < 2.5 * 15_360,
    );
    const out = package_(frames);
    expect(segments(out).length).toBeGreaterThan(3);
    expect(segments(out).every(({ durationMs }) => Math.round(durationMs / 1000) <= 2)).toBe(true);
  });
});

describe('reconnect', () => {
  it('goes on where it stopped, with a discontinuity and another init', () => {
    const packager = createPackager();
    packager.begin(Ms(0));
    const first = [...packager.push(concat(BOTH, movieFrames(programme(5)))), ...packager.end()];
    const endMs = packager.endMs;
    expect(endMs).toBeCloseTo(5000, 3);
    packager.begin(endMs);
    const second = packager.push(concat(BOTH, movieFrames(programme(5))));
    expect(second[0]?.type).toBe('described');
    expect(segments(first).at(-1)).toMatchObject({ sequence: 2, discontinuity: false });
    expect(segments(second)[0]).toMatchObject({ sequence: 3, startMs: endMs, discontinuity: true });
    expect(segments(second)[1]).toMatchObject({ sequence: 4, discontinuity: false });
    const [time] = fragmentTimes(parts(second)[0]!.bytes, readTracks(BOTH));
    expect(time?.decodeTime).toBe(BigInt(Math.round((endMs * 15_360) / 1000)));
  });

  it('what was cut off in the middle of a frame is dropped, and never part of a part', () => {
    const packager = createPackager();
    packager.begin(Ms(0));
    const bytes = concat(BOTH, movieFrames(programme(3)));
    const out = [...packager.push(bytes.subarray(0, bytes.length - 5)), ...packager.end()];
    packager.begin(packager.endMs);
    const more = packager.push(concat(BOTH, movieFrames(programme(3))));
    const durations = [...segments(out), ...segments(more)].map(({ durationMs }) => durationMs);
    expect(durations.every((ms) => ms > 0)).toBe(true);
  });
});

describe('hostile bytes', () => {
  it('throws media/box, and nothing else', () => {
    const good = concat(BOTH, movieFrames(programme(1)));
    const flips = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1 });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = new Uint8Array(good);
        for (const [at, value] of changes) bytes[at] = value;
        only(() => all(bytes.length, bytes));
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => only(() => all(3, bytes))));
  });

  it('refuses a box that is larger than any frame', () => {
    const huge = Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 0x6d, 0x64, 0x61, 0x74);
    expect(() => all(8, huge)).toThrow(/box of/);
  });

  it('refuses more samples than a fragment may hold, before it makes room for them', () => {
    const bytes = movieFrames([{ kind: 'picture', decodeTime: 0 }]);
    const trun = Buffer.from(bytes).indexOf('trun') + 8;
    new DataView(bytes.buffer).setUint32(trun, 0xffffffff);
    expect(() => opened().push(bytes)).toThrow(/samples in a fragment/);
  });

  it.each(['mdat without moof', 'a second moov'])('refuses %s', (what) => {
    const alone = Uint8Array.of(0, 0, 0, 8, 0x6d, 0x64, 0x61, 0x74);
    const bytes = what.startsWith('mdat') ? alone : BOTH;
    expect(() => opened().push(bytes)).toThrow(what);
  });
});

function opened(): Packager {
  const packager = createPackager(DEFAULT_PACKAGER);
  packager.begin(Ms(0));
  packager.push(BOTH);
  return packager;
}

function package_(frames: readonly Frame[]): readonly Packaged[] {
  const packager = opened();
  return [...packager.push(movieFrames(frames)), ...packager.end()];
}

function all(step: number, bytes: Uint8Array): readonly Packaged[] {
  const packager = createPackager();
  packager.begin(Ms(0));
  const out: Packaged[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    out.push(...packager.push(bytes.subarray(at, at + step)));
  }
  return [...out, ...packager.end()];
}

function unkeyed(frames: readonly Frame[]): Frame[] {
  return frames.map((frame) => ({ ...frame, key: frame.kind === 'sound' }));
}

function parts(out: readonly Packaged[]) {
  return out.filter((one) => one.type === 'part-made');
}

function segments(out: readonly Packaged[]) {
  return out.filter((one) => one.type === 'segment-made');
}

function only(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!isShoalError(error) || error.code !== 'media/box') throw error;
  }
}
