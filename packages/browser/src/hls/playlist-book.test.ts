/** When a playlist may be written from records, and when HTTP must be asked. */
import { formatShoalTag } from '@shoal/core/media';
import type { PartRecord } from '@shoal/core/wire';
import type { Engine } from '@shoal/host';
import type { PlaylistLoaderContext } from 'hls.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPlaylistBook } from './playlist-book.js';

const URL_ = 'https://example.org/hls/live/r1.m3u8';
const TAG = formatShoalTag({
  publicKey: new Uint8Array(32),
  name: 'live',
  epoch: 2,
  rendition: 1,
  trackers: ['../../tracker'],
});

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
    stats: () => ({ tracker: { up } }),
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
    expect(book.write(context(), engine)?.text).toContain('s9.m4s');
  });

  it.each<[string, Partial<PlaylistLoaderContext>, number]>([
    ['records are late', {}, 3300],
    ['hls.js wants parts', { deliveryDirectives: {} as never }, 0],
    ['it is another playlist', { url: `${URL_}?2` }, 0],
  ])('asks HTTP when %s', (_, change, lateMs) => {
    const { book, engine, recorded } = setUp([7, 8, 9]);
    book.read(context(), URL_, text(5, 8));
    recorded();
    expect(book.write(context(), engine)).toBeDefined();
    vi.advanceTimersByTime(lateMs);
    expect(book.write(context(change), engine)).toBeUndefined();
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
