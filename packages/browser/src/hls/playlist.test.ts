/** Playlists: read as lines, and written from records so that players cannot tell. */
import { parseHint, parseMediaPlaylist } from '@shoal/core/media';
import type { PartRecord } from '@shoal/core/wire';
import { describe, expect, it } from 'vitest';
import { isMediaPlaylist, type MediaText, readMedia } from './playlist-text.js';
import { extend, writeMedia } from './playlist-write.js';

const MAP = '#EXT-X-MAP:URI="init.mp4"';

function segmentLines(sequence: number): string[] {
  return ['#EXTINF:2.000,', `seg-${sequence}.m4s`];
}

function playlist(from: number, to: number, extra: readonly string[] = []): string {
  const segments = Array.from({ length: to - from + 1 }, (_, i) => segmentLines(from + i)).flat();
  const head = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    '#EXT-X-TARGETDURATION:2',
    `#EXT-X-MEDIA-SEQUENCE:${from}`,
  ];
  return [...head, ...extra, MAP, ...segments, ''].join('\n');
}

function record(sequence: number, change: Partial<PartRecord> = {}): PartRecord {
  const hint = [MAP, ...segmentLines(sequence)].join('\n');
  return { sequence, part: 0, flags: 3, hint, ...change } as PartRecord;
}

function write(base: MediaText, records: readonly PartRecord[]): string {
  return writeMedia(records.reduce(extend, base));
}

describe('a media playlist', () => {
  it('is told from a multivariant one', () => {
    expect(isMediaPlaylist(playlist(1, 2))).toBe(true);
    expect(isMediaPlaylist('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8')).toBe(false);
    expect(isMediaPlaylist('<html>#EXTINF:</html>')).toBe(false);
  });

  it('is read as core reads it', () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-TARGETDURATION:4',
      '#EXT-X-MEDIA-SEQUENCE:7',
      '#EXT-X-DISCONTINUITY-SEQUENCE:2',
      '#EXT-X-KEY:METHOD=AES-128,URI="k1"',
      MAP,
      '#EXT-X-PROGRAM-DATE-TIME:2026-01-31T10:00:00.000Z',
      '#EXT-X-BYTERANGE:100@50',
      '#EXTINF:3.5,a title',
      'a.mp4',
      '#EXT-X-BYTERANGE:70',
      '#EXTINF:4,',
      'a.mp4',
      '#EXT-X-DISCONTINUITY',
      '#EXT-X-MAP:URI="other.mp4"',
      '#EXTINF:4,',
      'b.mp4',
      '#EXT-X-ENDLIST',
    ].join('\r\n');
    const { segments } = parseMediaPlaylist(text);
    const read = readMedia(text);
    expect(
      read.segments.map(({ sequence, durationMs, uri, discontinuity }) => ({
        sequence,
        durationMs,
        uri,
        discontinuity,
      })),
    ).toEqual(
      segments.map(({ sequence, durationMs, uri, discontinuity }) => ({
        sequence,
        durationMs,
        uri,
        discontinuity,
      })),
    );
    expect(read.segments.map(({ range }) => range)).toEqual([
      { from: 50, length: 100 },
      { from: 150, length: 70 },
      undefined,
    ]);
    expect(read.segments.map(({ map }) => map)).toEqual(segments.map(({ mapTag }) => mapTag));
    expect(read.segments.map(({ keys }) => keys)).toEqual(segments.map(({ keyTags }) => keyTags));
    expect(read).toMatchObject({ live: false, discontinuity: 2, sequence: 7, partMs: 0 });
  });

  it('says what it promises of parts and updates, and how long its window is', () => {
    const control = '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.0';
    const parts = '#EXT-X-PART-INF:PART-TARGET=0.502';
    expect(readMedia(playlist(1, 2, [control, parts]))).toMatchObject({
      ...{ targetMs: 2000, partMs: 502, skipMs: 12_000, windowMs: 4000 },
    });
    expect(readMedia(playlist(1, 2))).toMatchObject({ partMs: 0, skipMs: 0 });
    expect(readMedia(playlist(0, 2)).windowMs).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a written playlist', () => {
  it('is what HTTP would bring', () => {
    const written = write(readMedia(playlist(5, 10)), [record(11), record(12)]);
    expect(parseMediaPlaylist(written)).toEqual(parseMediaPlaylist(playlist(7, 12)));
  });

  it('is the same one when there is nothing new', () => {
    const written = write(readMedia(playlist(5, 10)), []);
    expect(parseMediaPlaylist(written)).toEqual(parseMediaPlaylist(playlist(5, 10)));
  });

  it('says each section and key once, and a new one where it begins', () => {
    const other = '#EXT-X-MAP:URI="other.mp4"';
    const hint = ['#EXT-X-KEY:METHOD=AES-128,URI="k2"', other, ...segmentLines(12)].join('\n');
    const base = readMedia(playlist(5, 10, ['#EXT-X-KEY:METHOD=AES-128,URI="k1"']));
    const keyed = (sequence: number) =>
      record(sequence, { hint: segmentLines(sequence).join('\n') });
    const lines = write(base, [keyed(11), record(12, { hint })]).split('\n');
    expect(lines.filter((line) => /EXT-X-(MAP|KEY)/.test(line))).toEqual([
      '#EXT-X-KEY:METHOD=AES-128,URI="k1"',
      MAP,
      '#EXT-X-KEY:METHOD=AES-128,URI="k2"',
      other,
    ]);
    expect(lines.indexOf(other)).toBeGreaterThan(lines.indexOf('seg-11.m4s'));
  });

  it('writes what is not encrypted, or by older keys, as such', () => {
    const [first, second] = ['k1', 'k2'].map((uri) => `#EXT-X-KEY:METHOD=AES-128,URI="${uri}"`);
    const none = '#EXT-X-KEY:METHOD=NONE';
    const base = readMedia(playlist(5, 8, [first!]));
    const hints = [[MAP, second!], [none, MAP, second!], [none, MAP], [MAP]];
    const records = hints.map((sticky, i) =>
      record(9 + i, { hint: [...sticky, ...segmentLines(9 + i)].join('\n') }),
    );
    const { segments } = parseMediaPlaylist(write(base, records));
    const told = segments.map(({ keyTags, mapKeyTags }) => [mapKeyTags, keyTags]);
    expect(told).toEqual([
      [[first], [second]],
      [[first], [second]],
      [[first], [none]],
      [[first], [none]],
    ]);
    const other = '#EXT-X-MAP:URI="other.mp4"';
    const hint = [none, other, second!, ...segmentLines(9)].join('\n');
    const changed = parseMediaPlaylist(write(base, [record(9, { hint })])).segments.at(-1);
    expect([changed?.mapKeyTags, changed?.keyTags]).toEqual([[], [second]]);
  });

  it('keeps the date of its first segment', () => {
    const dated = playlist(5, 8).replace(
      MAP,
      `${MAP}\n#EXT-X-PROGRAM-DATE-TIME:2026-01-31T10:00:00.000Z`,
    );
    const { segments } = parseMediaPlaylist(write(readMedia(dated), [record(9), record(10)]));
    expect(segments[0]?.programDateTimeMs).toBe(Date.parse('2026-01-31T10:00:04Z'));
    expect(segments[1]?.programDateTimeMs).toBeUndefined();
  });

  it('counts the discontinuities that left', () => {
    const text = playlist(5, 8).replace(
      '#EXTINF:2.000,\nseg-5',
      '#EXT-X-DISCONTINUITY\n#EXTINF:2.000,\nseg-5',
    );
    const written = parseMediaPlaylist(write(readMedia(text), [record(9)]));
    expect(written.discontinuitySequence).toBe(1);
  });

  it('writes out where a byte range starts once the one before has left', () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-TARGETDURATION:2',
      '#EXT-X-MEDIA-SEQUENCE:1',
      '#EXT-X-BYTERANGE:100@0',
      ...segmentLines(1),
      '#EXT-X-BYTERANGE:60',
      ...segmentLines(1),
    ].join('\n');
    const hint = ['#EXT-X-BYTERANGE:40@160', ...segmentLines(1)].join('\n');
    const { segments } = parseMediaPlaylist(write(readMedia(text), [record(3, { hint })]));
    expect(segments.map(({ byteRange }) => byteRange)).toEqual([
      { offset: 100, length: 60 },
      { offset: 160, length: 40 },
    ]);
  });

  it('ends with the stream, and keeps all of an event', () => {
    const event = write(readMedia(playlist(5, 8, ['#EXT-X-PLAYLIST-TYPE:EVENT'])), [record(9)]);
    expect(parseMediaPlaylist(event).segments).toHaveLength(5);
    const ended = parseMediaPlaylist(write(readMedia(playlist(5, 8)), [record(9, { flags: 19 })]));
    expect(ended.endList).toBe(true);
  });

  it('reads hints as core does', () => {
    const { hint } = record(11);
    const [first] = readMedia(`#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:11\n${hint}`).segments;
    const parsed = parseHint(hint, 11);
    expect([first?.uri, first?.durationMs, first?.map]).toEqual([
      parsed.uri,
      parsed.durationMs,
      parsed.mapTag,
    ]);
  });
});
