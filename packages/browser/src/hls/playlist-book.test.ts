/** When a playlist may be written from records, and when HTTP must be asked. */
import { formatShoalTag } from '@shoal/core/media';
import type { PartRecord } from '@shoal/core/wire';
import type { Engine } from '@shoal/host';
import type { HlsUrlParameters, PlaylistLoaderContext } from 'hls.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LiveStep, liveSteps } from './live-stream.fixture.js';
import { createPlaylistBook } from './playlist-book.js';

const URL_ = 'https://example.org/hls/live/r1.m3u8';
const LIVE = {
  publicKey: new Uint8Array(32),
  name: 'live',
  epoch: 2,
  trackers: ['../../tracker'],
};
const TAG = formatShoalTag({ ...LIVE, rendition: 1 });

function text(from: number, to: number, tag = TAG): string {
  const segments = Array.from({ length: to - from + 1 }, (_, i) => `#EXTINF:2,\ns${from + i}.m4s`);
  return [
    '#EXTM3U',
    tag,
    '#EXT-X-TARGETDURATION:2',
    `#EXT-X-MEDIA-SEQUENCE:${from}`,
    ...segments,
  ].join('\n');
}

function context(change: Partial<PlaylistLoaderContext> = {}): PlaylistLoaderContext {
  return { url: URL_, type: 'level', deliveryDirectives: null, ...change } as PlaylistLoaderContext;
}

function setUp(records: readonly number[], up = true) {
  const book = createPlaylistBook();
  const engine = {
    stats: () => ({ tracker: { up }, why: { code: 'no-tracker' } }),
    records: () =>
      records.map((sequence) => ({
        record: { sequence, part: 0, flags: 0, hint: `#EXTINF:2,\ns${sequence}.m4s` },
      })),
  } as unknown as Engine;
  const recorded = (): void => {
    for (const sequence of records) book.recorded(1, sequence);
  };
  return { book, engine, recorded };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the book', () => {
  it('knows a signed playlist by its address, with absolute places', () => {
    const { book } = setUp([]);
    const { tag, list } = book.read(context(), 'https://cdn.example/x/r1.m3u8', text(5, 7));
    expect(tag?.name).toBe('live');
    expect(list?.segments[0]).toEqual({
      sequence: 5,
      durationMs: 2000,
      location: { url: 'https://cdn.example/x/s5.m4s', from: 0, length: undefined },
    });
    expect(book.listOf('https://cdn.example/x/r1.m3u8')).toBe(list);
    const located = (rendition: number, hint: string) =>
      book.locate({ rendition, sequence: 8, hint } as PartRecord);
    expect(located(1, '#EXTINF:2,\n#EXT-X-BYTERANGE:9@7\ns8.m4s')).toEqual({
      url: 'https://cdn.example/x/s8.m4s',
      from: 7,
      length: 9,
    });
    expect([located(2, 's8.m4s'), located(1, ''), located(1, 'http://[')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(book.followed()).toEqual([list]);
  });

  it('knows where a part is, alone or with the lines of its segment', () => {
    const { book } = setUp([]);
    book.read(context(), URL_, text(5, 7));
    const part = '#EXT-X-PART:DURATION=0.5,URI="s8.3.m4s",INDEPENDENT=YES';
    for (const hint of [part, `#EXT-X-MAP:URI="i.mp4"\n${part}`, `${part}\n#EXTINF:2,\ns8.m4s`]) {
      const record = { rendition: 1, sequence: 8, hint } as PartRecord;
      expect(book.locate(record)?.url).toBe('https://example.org/hls/live/s8.3.m4s');
    }
  });

  it('takes reloads and updates for the playlist that they are of', () => {
    const { book } = setUp([]);
    const update = text(5, 7).replace('#EXTINF', '#EXT-X-SKIP:SKIPPED-SEGMENTS=4\n#EXTINF');
    const url = `${URL_}?token=1&_HLS_msn=12&_HLS_part=1&_HLS_skip=YES`;
    const { list } = book.read(
      context({ url }),
      url,
      `${update}\n#EXT-X-PART:DURATION=0.5,URI="x"`,
    );
    expect(list?.segments.map(({ sequence }) => sequence)).toEqual([9, 10, 11]);
    expect(list?.segments[2]?.location.url).toBe('https://example.org/hls/live/s7.m4s');
    expect(book.listOf(`${URL_}?token=1&_HLS_msn=13`)).toBe(list);
    expect(book.listOf(`${URL_}?token=1`)).toBe(list);
    expect(book.listOf(URL_)).toBeUndefined();
  });

  it('lists nothing of a playlist without the tag, or of a multivariant one', () => {
    const { book } = setUp([]);
    expect(book.read(context(), URL_, text(5, 7, '#EXT-X-SHOAL:VERSION=9')).tag).toBeUndefined();
    const multivariant = `#EXTM3U\n${TAG}\n#EXT-X-STREAM-INF:BANDWIDTH=1\nr1.m3u8`;
    expect(book.read(context(), URL_, multivariant)).toMatchObject({ list: undefined });
    expect(book.listOf(URL_)).toBeUndefined();
  });

  it('writes while records are up to date', () => {
    const { book, engine, recorded } = setUp([7, 8, 9]);
    book.read(context(), URL_, text(5, 8));
    recorded();
    vi.advanceTimersByTime(3000);
    expect(book.write(context(), engine)).toMatchObject({ text: expect.stringContaining('s9') });
  });

  it.each<[string, Partial<PlaylistLoaderContext>, number]>([
    ['records are late', {}, 3300],
    ['what is asked for is late', { deliveryDirectives: { msn: 10 } as never }, 3300],
    ['it is another playlist', { url: `${URL_}?2` }, 0],
  ])('asks HTTP when %s', (_, change, lateMs) => {
    const { book, engine, recorded } = setUp([7, 8, 9]);
    book.read(context(), URL_, text(5, 8));
    recorded();
    expect(book.write(context(), engine)).toBeDefined();
    vi.advanceTimersByTime(lateMs);
    expect(book.write(context(change), engine)).toBeUndefined();
  });

  it('writes of a stream whose numbering began anew', () => {
    const { book, engine, recorded } = setUp([7, 8, 9]);
    book.recorded(1, 500);
    book.read(context(), URL_, text(5, 8));
    recorded();
    expect(book.write(context(), engine)).toBeUndefined();
    book.restart();
    recorded();
    expect(book.write(context(), engine)).toMatchObject({ text: expect.stringContaining('s9') });
  });

  it('asks HTTP when the tracker is down, a record is missing, or none has come', () => {
    const down = setUp([8, 9], false);
    down.book.read(context(), URL_, text(5, 8));
    down.recorded();
    expect(down.book.write(context(), down.engine)).toBeUndefined();
    const hole = setUp([8, 10]);
    hole.book.read(context(), URL_, text(5, 8));
    hole.recorded();
    expect(hole.book.write(context(), hole.engine)).toBeUndefined();
    const none = setUp([]);
    none.book.read(context(), URL_, text(5, 8));
    expect(none.book.write(context(), none.engine)).toBeUndefined();
    const behind = setUp([6, 7]);
    behind.book.read(context(), URL_, text(5, 8));
    behind.recorded();
    expect(behind.book.write(context(), behind.engine)).toBeUndefined();
  });

  it('asks HTTP for what has ended', () => {
    const { book, engine, recorded } = setUp([7, 8, 9]);
    book.read(context(), URL_, `${text(5, 8)}\n#EXT-X-ENDLIST`);
    recorded();
    expect(book.write(context(), engine)).toBeUndefined();
  });
});

describe('a blocking reload', () => {
  it.each<[number, number | undefined, 'there' | 'wait']>([
    [4, undefined, 'there'],
    [5, undefined, 'wait'],
    [5, 0, 'there'],
    [5, 1, 'there'],
    [5, 2, 'wait'],
    // After the last part of a segment comes the first of the next.
    [4, 4, 'there'],
    [6, 0, 'wait'],
  ])('for segment %i, part %s: %s', (msn, part, expected) => {
    const { write } = setUpParts(21);
    const written = write({ msn, part } as HlsUrlParameters);
    if (expected === 'wait') expect(written).toBeCloseTo(1.6 * 502);
    else expect(written).toMatchObject({ url: PARTS_URL });
  });

  it('is answered as HTTP would, whole or as an update, once its record has come (LST2)', () => {
    const { write, record, steps } = setUpParts(40);
    const next = { msn: 10, part: 1 } as HlsUrlParameters;
    expect(write(next)).toBeTypeOf('number');
    vi.advanceTimersByTime(500);
    record(steps[41]!);
    expect(write(next)).toEqual({ url: PARTS_URL, text: steps[41]!.full });
    const update = { ...next, skip: 'YES' } as HlsUrlParameters;
    expect(write(update)).toEqual({ url: PARTS_URL, text: steps[41]!.update });
    expect(steps[41]!.update).toContain('#EXT-X-SKIP');
  });

  it('waits as long as records come, and no longer than the next may take (LST3)', () => {
    const { write, record, steps } = setUpParts(21);
    const next = { msn: 6, part: 0 } as HlsUrlParameters;
    vi.advanceTimersByTime(700);
    record(steps[22]!);
    expect(write(next)).toBeCloseTo(1.6 * 502);
    vi.advanceTimersByTime(400);
    // The one between is missing, and those behind it do not make up for it.
    record(steps[24]!);
    expect(write(next)).toBeCloseTo(1.6 * 502 - 400);
    vi.advanceTimersByTime(404);
    expect(write(next)).toBeUndefined();
  });

  it('goes to HTTP in time when records have stopped', () => {
    const { write, read, steps } = setUpParts(21);
    vi.advanceTimersByTime(900);
    read(steps[22]!.full);
    const next = { msn: 5, part: 3 } as HlsUrlParameters;
    expect(write(next)).toBeCloseTo(0.5 * 502);
    vi.advanceTimersByTime(252);
    expect(write(next)).toBeUndefined();
  });

  it('waits for the record of what HTTP had first', () => {
    const { write, read, record, steps } = setUpParts(21);
    vi.advanceTimersByTime(500);
    read(steps[22]!.full);
    const next = { msn: 5, part: 3 } as HlsUrlParameters;
    expect(write(next)).toBeCloseTo(0.5 * 502);
    vi.advanceTimersByTime(100);
    record(steps[22]!);
    expect(write(next)).toBeCloseTo(1.6 * 502 - 100);
    record(steps[23]!);
    expect(write(next)).toMatchObject({ text: steps[23]!.full });
  });

  it('goes to HTTP in time while nobody is linked who would bring the next', () => {
    const { write, tracker } = setUpParts(21);
    const next = { msn: 5, part: 2 } as HlsUrlParameters;
    tracker.why.code = 'alone';
    expect(write(next)).toBeCloseTo(0.5 * 502);
    tracker.tracker.up = false;
    expect(write(next)).toBeUndefined();
  });

  it('goes to HTTP now and then, which knows how far back the window goes', () => {
    const { write, record, steps } = setUpParts(21);
    vi.advanceTimersByTime(299_000);
    record(steps[22]!);
    expect(write({ msn: 5, part: 2 } as HlsUrlParameters)).toBeTypeOf('object');
    vi.advanceTimersByTime(1100);
    record(steps[23]!);
    expect(write({ msn: 5, part: 3 } as HlsUrlParameters)).toBeUndefined();
  });
});

const PARTS_URL = 'https://example.org/hls/live/r0.m3u8';

/** Segments of four parts; HTTP brought what was there after step `at`, and its record has come. */
function setUpParts(at: number) {
  const tag = formatShoalTag({ ...LIVE, rendition: 0 });
  const partsMs = [500, 500, 500, 500];
  const plan = { partsMs, discontinuity: false, newMap: false, independent: true };
  const steps = liveSteps(Array(14).fill(plan), 60_000).map((step) => ({
    ...step,
    full: step.full.replace('#EXT-X-SHOAL:VERSION=1', tag),
    update: step.update.replace('#EXT-X-SHOAL:VERSION=1', tag),
  }));
  const records: { record: PartRecord }[] = [];
  const book = createPlaylistBook();
  const tracker = { tracker: { up: true }, why: { code: 'linked' } };
  const engine = {
    stats: () => tracker,
    records: () => records,
  } as unknown as Engine;
  const read = (full: string) => book.read(context({ url: PARTS_URL }), PARTS_URL, full);
  const record = ({ record }: LiveStep): void => {
    records.push({ record });
    book.recorded(0, record.sequence);
  };
  const write = (deliveryDirectives: HlsUrlParameters) =>
    book.write(context({ url: `${PARTS_URL}?_HLS_msn=1`, deliveryDirectives }), engine);
  read(steps[at]!.full);
  record(steps[at]!);
  return { write, record, read, steps, tracker };
}
