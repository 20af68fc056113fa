import { describe, expect, it } from 'vitest';
import { FLV_HEADER, flvTag } from './flv.js';
import type { RtmpMedia } from './rtmp/server.js';
import { createRtmpIngest } from './rtmp-ingest.js';

const AVC_CONFIG: RtmpMedia = { kind: 'video', timeMs: 0, payload: Buffer.from([0x17, 0, 1]) };
const AAC_CONFIG: RtmpMedia = { kind: 'audio', timeMs: 0, payload: Buffer.from([0xaf, 0, 2]) };

describe('an RTMP publisher', () => {
  it('starts with its configurations and a keyframe', () => {
    const { ingest, encoders } = stage();
    for (const media of [AVC_CONFIG, AAC_CONFIG, delta(0), sound(0)]) ingest.media(media);
    expect(encoders).toHaveLength(0);
    ingest.media(key(40));
    ingest.media(delta(80));
    const at = { timeMs: 0 };
    expect(encoders[0]?.written).toEqual([
      FLV_HEADER,
      flvTag({ ...AVC_CONFIG, ...at }),
      flvTag({ ...AAC_CONFIG, ...at }),
      flvTag(sound(0)),
      flvTag(key(40)),
      flvTag(delta(80)),
    ]);
    expect(encoders[0]?.fits).toBe(true);
  });

  it('with sound alone starts after a second', () => {
    const { ingest, encoders } = stage();
    ingest.media(AAC_CONFIG);
    for (let timeMs = 0; timeMs < 1000; timeMs += 20) ingest.media(sound(timeMs));
    expect(encoders).toHaveLength(0);
    ingest.media(sound(1000));
    expect(encoders).toHaveLength(1);
  });

  it('with a picture that is described but never comes is a publisher of sound', () => {
    const { ingest, encoders } = stage();
    for (const media of [AVC_CONFIG, AAC_CONFIG]) ingest.media(media);
    for (let timeMs = 0; timeMs <= 1000; timeMs += 20) ingest.media(sound(timeMs));
    expect(encoders[0]?.written.slice(0, 2)).toEqual([FLV_HEADER, flvTag(AAC_CONFIG)]);
  });

  it('whose picture begins later gets an encoder for both', () => {
    const { ingest, encoders, warned, clock } = stage();
    for (const media of [AVC_CONFIG, AAC_CONFIG]) ingest.media(media);
    for (let timeMs = 0; timeMs <= 1000; timeMs += 20) ingest.media(sound(timeMs));
    ingest.media(delta(1020));
    expect(encoders[0]?.state).toBe('runs');
    ingest.media(key(1040));
    expect([encoders[0]?.state, warned]).toEqual([
      'finished',
      [expect.stringMatching(/a picture/)],
    ]);
    encoders[0]?.end();
    clock.ms = 2000;
    ingest.media(sound(1060));
    const at = { timeMs: 1040 };
    expect(encoders[1]?.written).toEqual([
      FLV_HEADER,
      flvTag({ ...AVC_CONFIG, ...at }),
      flvTag({ ...AAC_CONFIG, ...at }),
      flvTag(key(1040)),
      flvTag(sound(1060)),
    ]);
  });

  it('says when its codecs do not fit', () => {
    const { ingest, encoders } = stage();
    ingest.media({ kind: 'video', timeMs: 0, payload: Buffer.from([0x12, 0]) });
    expect(encoders.map(({ fits }) => fits)).toEqual([false]);
  });

  it.each([60_000, -60_000])('whose clock jumps by %i ms gets another encoder', (jump) => {
    const { ingest, encoders, warned, clock } = stage();
    for (const media of [AVC_CONFIG, key(100_000), delta(100_040)]) ingest.media(media);
    ingest.media(delta(100_080 + jump));
    expect(encoders[0]?.state).toBe('finished');
    expect(warned[0]).toMatch(/clock .* jumped/);
    encoders[0]?.end();
    clock.ms = 2000;
    ingest.media(key(100_120 + jump));
    expect(encoders).toHaveLength(2);
    expect(encoders[1]?.written.at(-1)).toEqual(flvTag(key(100_120 + jump)));
  });

  it('gets another encoder at its next keyframe when the first is killed', () => {
    const { ingest, encoders, clock } = stage();
    for (const media of [AVC_CONFIG, key(0), delta(40)]) ingest.media(media);
    encoders[0]?.end();
    ingest.media(delta(80));
    ingest.media(key(120));
    expect(encoders).toHaveLength(1);
    clock.ms = 2000;
    ingest.media(key(2000));
    expect(encoders).toHaveLength(2);
    expect(encoders[1]?.written).toContainEqual(flvTag(key(2000)));
  });

  it('that ffmpeg cannot follow loses that ffmpeg, not the stream', () => {
    const { ingest, encoders, warned } = stage();
    for (const media of [AVC_CONFIG, key(0)]) ingest.media(media);
    encoders[0]!.keepsUp = false;
    ingest.media(delta(40));
    expect(encoders[0]?.state).toBe('killed');
    expect(warned[0]).toMatch(/cannot keep up/);
  });

  it('is gone only when its encoder is', () => {
    const { ingest, encoders, gone } = stage();
    for (const media of [AVC_CONFIG, key(0)]) ingest.media(media);
    ingest.gone(true);
    expect([encoders[0]?.state, gone.count]).toEqual(['finished', 0]);
    encoders[0]?.end();
    expect(gone.count).toBe(1);
  });

  it('that never sent a thing is gone at once', () => {
    const { ingest, gone } = stage();
    ingest.gone(false);
    expect(gone.count).toBe(1);
  });
});

class FakeEncoder {
  readonly written: Buffer[] = [];
  state: 'runs' | 'finished' | 'killed' = 'runs';
  keepsUp = true;
  readonly fits: boolean;
  readonly end: () => void;

  constructor(fits: boolean, end: () => void) {
    this.fits = fits;
    this.end = end;
  }

  write(bytes: Buffer): boolean {
    this.written.push(bytes);
    return this.keepsUp;
  }

  finish(): void {
    this.state = 'finished';
  }

  kill(): void {
    this.state = 'killed';
  }
}

function stage() {
  const encoders: FakeEncoder[] = [];
  const warned: string[] = [];
  const gone = { count: 0 };
  const clock = { ms: 0 };
  const ingest = createRtmpIngest({
    start: (fits, onEnd) => {
      const encoder = new FakeEncoder(fits, onEnd);
      encoders.push(encoder);
      return encoder;
    },
    onGone: () => {
      gone.count += 1;
    },
    warn: (sentence) => void warned.push(sentence),
    now: () => clock.ms,
  });
  return { ingest, encoders, warned, gone, clock };
}

function key(timeMs: number): RtmpMedia {
  return { kind: 'video', timeMs, payload: Buffer.from([0x17, 1, timeMs & 255]) };
}

function delta(timeMs: number): RtmpMedia {
  return { kind: 'video', timeMs, payload: Buffer.from([0x27, 1, timeMs & 255]) };
}

function sound(timeMs: number): RtmpMedia {
  return { kind: 'audio', timeMs, payload: Buffer.from([0xaf, 1, timeMs & 255]) };
}
