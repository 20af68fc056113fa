import { describe, expect, it } from 'vitest';
import { parseMediaPlaylist, writeMediaPlaylist } from './playlist.js';
import { PLAYLIST_LIMITS } from './playlist-lines.js';
import { type MediaSegment, segmentLines } from './segment.js';

const HEAD = ['#EXTM3U', '#EXT-X-TARGETDURATION:6'];
const playlist = (...lines: string[]): string => [...HEAD, ...lines].join('\n');
const parse = (...lines: string[]) => parseMediaPlaylist(playlist(...lines));

describe('reading a media playlist', () => {
  it('reads a live playlist of an encoder', () => {
    const read = parse(
      '#EXT-X-VERSION:7',
      '#EXT-X-MEDIA-SEQUENCE:2680',
      '#EXT-X-DISCONTINUITY-SEQUENCE:3',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      '#EXT-X-MAP:URI="init.mp4"',
      '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:00.000Z',
      '#EXTINF:6.00000,',
      'seg-2680.m4s?token=abc',
      '#EXTINF:5.972633,Kick-off, at last',
      'seg-2681.m4s?token=abc',
    );
    expect(read).toEqual({
      version: 7,
      targetDurationSec: 6,
      mediaSequence: 2680,
      discontinuitySequence: 3,
      endList: false,
      type: undefined,
      independentSegments: true,
      otherHeaderLines: [],
      segments: [
        {
          sequence: 2680,
          durationMs: 6000,
          uri: 'seg-2680.m4s?token=abc',
          discontinuity: false,
          programDateTimeMs: Date.UTC(2026, 10, 22, 12),
          gap: false,
          mapTag: '#EXT-X-MAP:URI="init.mp4"',
          keyTags: [],
          otherTags: [],
        },
        {
          sequence: 2681,
          durationMs: 5972.633,
          title: 'Kick-off, at last',
          uri: 'seg-2681.m4s?token=abc',
          discontinuity: false,
          gap: false,
          mapTag: '#EXT-X-MAP:URI="init.mp4"',
          keyTags: [],
          otherTags: [],
        },
      ],
    });
  });

  it('reads an old VOD playlist with whole seconds, comments and Windows line ends', () => {
    const text = [
      '\ufeff#EXTM3U',
      '#EXT-X-PLAYLIST-TYPE:VOD',
      '# made by hand',
      '#EXT-X-TARGETDURATION:9.6',
      '#EXTINF:10',
      'part one.ts',
      '',
      '#EXTINF:9,  ',
      '#comment',
      'http://cdn.example/2.ts',
      '#EXT-X-ENDLIST',
      '',
    ].join('\r\n');
    const read = parseMediaPlaylist(text);
    expect(read).toMatchObject({ version: 1, targetDurationSec: 10, type: 'VOD', endList: true });
    const [first, second] = read.segments;
    expect([first?.uri, first?.durationMs, first?.sequence]).toEqual(['part one.ts', 10_000, 0]);
    expect([second?.uri, second?.title]).toEqual(['http://cdn.example/2.ts', undefined]);
  });

  it('reads one file cut by byte ranges, also without offsets', () => {
    const { segments } = parse(
      '#EXT-X-MAP:URI="main.mp4",BYTERANGE="719@0"',
      '#EXTINF:6,',
      '#EXT-X-BYTERANGE:1000@719',
      'main.mp4',
      '#EXT-X-BYTERANGE:500',
      '#EXTINF:6,',
      'main.mp4',
      '#EXTINF:6,',
      '#EXT-X-BYTERANGE:10',
      'main.mp4',
      '#EXTINF:6,',
      '#EXT-X-BYTERANGE:10',
      'other.mp4',
      '#EXTINF:6,',
      'whole.mp4',
      '#EXTINF:6,',
      '#EXT-X-BYTERANGE:7',
      'whole.mp4',
    );
    expect(segments.map(({ byteRange }) => byteRange)).toEqual([
      { offset: 719, length: 1000 },
      { offset: 1719, length: 500 },
      { offset: 2219, length: 10 },
      { offset: 0, length: 10 },
      undefined,
      { offset: 0, length: 7 },
    ]);
  });

  it('carries keys by format, until METHOD=NONE', () => {
    const clear = '#EXT-X-KEY:METHOD=NONE';
    const key = (name: string): string => `#EXT-X-KEY:METHOD=AES-128,URI="${name}"`;
    const drm = '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://a",KEYFORMAT="com.apple"';
    const { segments } = parse(
      ...['#EXTINF:6,', 'a'],
      ...[key('1'), drm, '#EXTINF:6,', 'b'],
      ...['#EXTINF:6,', 'c'],
      ...[key('2'), '#EXTINF:6,', 'd'],
      ...[clear, '#EXTINF:6,', 'e'],
      ...[key('3'), '#EXTINF:6,', 'f'],
    );
    expect(segments.map(({ keyTags }) => keyTags)).toEqual([
      [],
      [key('1'), drm],
      [key('1'), drm],
      [drm, key('2')],
      [clear],
      [key('3')],
    ]);
  });

  it('gives advertisement marks to their segment and keeps the head apart', () => {
    const read = parse(
      '#EXT-X-DEFINE:NAME="path",VALUE="a/b"',
      '#EXT-X-VENDOR-SESSION:1',
      '#EXT-X-CUE-OUT:30',
      '#EXTINF:6,',
      '{$path}/1.ts',
      '#EXT-X-CUE-IN',
      '#EXT-X-DISCONTINUITY',
      '#EXT-X-VENDOR-MARK:2',
      '#EXTINF:6,',
      '#EXT-X-BITRATE:800',
      '{$path}/2.ts',
      '#EXT-X-START:TIME-OFFSET=-12',
      '#EXT-X-DATERANGE:ID="late"',
    );
    expect(read.otherHeaderLines).toEqual([
      '#EXT-X-DEFINE:NAME="path",VALUE="a/b"',
      '#EXT-X-VENDOR-SESSION:1',
      '#EXT-X-START:TIME-OFFSET=-12',
    ]);
    expect(read.segments.map(({ otherTags }) => otherTags)).toEqual([
      ['#EXT-X-CUE-OUT:30'],
      ['#EXT-X-CUE-IN', '#EXT-X-VENDOR-MARK:2', '#EXT-X-BITRATE:800'],
    ]);
    expect(read.segments.map(({ discontinuity }) => discontinuity)).toEqual([false, true]);
    expect(read.segments[0]?.uri).toBe('{$path}/1.ts');
  });

  it('leaves out the parts of a low-latency playlist, and keeps its segments', () => {
    const read = parse(
      '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1',
      '#EXT-X-PART-INF:PART-TARGET=0.33',
      '#EXT-X-PART:DURATION=0.33,URI="1.0.m4s",INDEPENDENT=YES',
      '#EXTINF:6,',
      '1.m4s',
      '#EXT-X-PART:DURATION=0.33,URI="2.0.m4s"',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="2.1.m4s"',
      '#EXT-X-RENDITION-REPORT:URI="../b/live.m3u8",LAST-MSN=1',
    );
    expect(read.segments).toMatchObject([{ uri: '1.m4s', otherTags: [] }]);
    expect(read.otherHeaderLines).toHaveLength(2);
  });

  it('passes over gaps, dates that are none and URIs without a duration, as players do', () => {
    const { segments } = parse(
      'stray.ts',
      '#EXT-X-PROGRAM-DATE-TIME:yesterday',
      '#EXT-X-GAP',
      '#EXTINF:6,',
      'a.ts',
      'b.ts',
      '#EXTINF:4,',
      'c.ts',
    );
    expect(segments.map(({ uri, sequence, gap }) => [uri, sequence, gap])).toEqual([
      ['a.ts', 0, true],
      ['c.ts', 1, false],
    ]);
    expect(segments[0]?.programDateTimeMs).toBeUndefined();
  });

  it('takes a playlist that has just begun', () => {
    expect(parse('#EXT-X-MEDIA-SEQUENCE:0').segments).toEqual([]);
  });

  it('reads the last of repeated tags, and a version that is none as the first', () => {
    const read = parse('#EXT-X-VERSION:x', '#EXT-X-MEDIA-SEQUENCE:1', '#EXT-X-MEDIA-SEQUENCE:5');
    expect([read.version, read.mediaSequence]).toEqual([1, 5]);
  });
});

describe('refusing a media playlist', () => {
  it('names what is wrong in one sentence', () => {
    const multivariant = 'a multivariant playlist where a media playlist was expected';
    const keys = Array.from({ length: 17 }, (_, i) => `#EXT-X-KEY:METHOD=A,KEYFORMAT="f${i}"`);
    const tags = Array.from({ length: 65 }, (_, i) => `#EXT-X-CUE:${i}`);
    const cases: [string, string[]][] = [
      [multivariant, ['#EXT-X-STREAM-INF:BANDWIDTH=1', 'a.m3u8']],
      [multivariant, ['#EXT-X-I-FRAME-STREAM-INF:URI="a"']],
      [multivariant, ['#EXT-X-MEDIA:TYPE=AUDIO']],
      ['a delta update', ['#EXT-X-SKIP:SKIPPED-SEGMENTS=3']],
      ['an EXTINF without a duration', ['#EXTINF:,', 'a.ts']],
      ['an EXTINF without a duration', ['#EXTINF:-1,Channel 4', 'a.ts']],
      ['an EXTINF without a duration', ['#EXTINF:NaN,', 'a.ts']],
      ['a segment longer than a day', ['#EXTINF:86401,', 'a.ts']],
      ['EXT-X-BYTERANGE', ['#EXTINF:6,', '#EXT-X-BYTERANGE:all', 'a.ts']],
      ['beyond 2^53', ['#EXTINF:6,', '#EXT-X-BYTERANGE:9007199254740991', 'a.ts', ...CONTINUED]],
      ['EXT-X-MEDIA-SEQUENCE is not', ['#EXT-X-MEDIA-SEQUENCE:-1']],
      ['beyond 2^53', ['#EXT-X-MEDIA-SEQUENCE:9007199254740991', '#EXTINF:6,', 'a.ts']],
      ['EXT-X-TARGETDURATION is not', ['#EXT-X-TARGETDURATION:long']],
      ['EXT-X-TARGETDURATION is not', ['#EXT-X-TARGETDURATION:86401']],
      ['a tag without attributes', ['#EXT-X-KEY', '#EXTINF:6,', 'a.ts']],
      ['more than 16 keys', keys],
      ['more than 64 further tags', tags],
    ];
    for (const [sentence, lines] of cases) {
      const thrown = '[media/playlist]';
      expect(() => parse(...lines), sentence).toThrow(thrown);
      expect(() => parse(...lines), sentence).toThrow(sentence);
    }
    expect(() => parseMediaPlaylist('#EXTM3U\n#EXTINF:6,\na.ts')).toThrow(
      'no EXT-X-TARGETDURATION',
    );
    expect(() => parseMediaPlaylist('<html>')).toThrow('[media/not-hls]');
  });

  it('holds the number of segments at both ends', () => {
    const many = (count: number): string[] => Array(count).fill('#EXTINF:6,\na.ts');
    expect(parse(...many(PLAYLIST_LIMITS.segments)).segments).toHaveLength(5000);
    expect(() => parse(...many(PLAYLIST_LIMITS.segments + 1))).toThrow('more than 5000 segments');
    expect(() => parseMediaPlaylist(playlist(...many(3)), 2)).toThrow('more than 2 segments');
  });
});

describe('writing a media playlist', () => {
  const segment = (sequence: number, more: Partial<MediaSegment> = {}): MediaSegment => ({
    sequence,
    durationMs: 2000,
    uri: `${sequence}.m4s`,
    discontinuity: false,
    gap: false,
    keyTags: [],
    otherTags: [],
    ...more,
  });
  const write = (...segments: MediaSegment[]): string =>
    writeMediaPlaylist({ targetDurationSec: 2, mediaSequence: 5, endList: false, segments });

  it('writes what is in force once', () => {
    const [map, other] = ['#EXT-X-MAP:URI="a"', '#EXT-X-MAP:URI="b"'];
    const [key, drm] = ['#EXT-X-KEY:METHOD=AES-128,URI="k"', '#EXT-X-KEY:METHOD=X,KEYFORMAT="d"'];
    const text = write(
      segment(5, { mapTag: map!, keyTags: [key!, drm!] }),
      segment(6, { mapTag: map!, keyTags: [key!, drm!] }),
      segment(7, { mapTag: map!, keyTags: [key!] }),
      segment(8, { mapTag: other!, discontinuity: true }),
    );
    expect(text.split('\n')).toEqual([
      '#EXTM3U',
      '#EXT-X-VERSION:6',
      '#EXT-X-TARGETDURATION:2',
      '#EXT-X-MEDIA-SEQUENCE:5',
      ...[key, drm, map, '#EXTINF:2.000,', '5.m4s'],
      ...['#EXTINF:2.000,', '6.m4s'],
      ...['#EXT-X-KEY:METHOD=NONE', key, '#EXTINF:2.000,', '7.m4s'],
      '#EXT-X-DISCONTINUITY',
      ...['#EXT-X-KEY:METHOD=NONE', other, '#EXTINF:2.000,', '8.m4s'],
      '',
    ]);
  });

  it('writes the head, further tags and the end', () => {
    const text = writeMediaPlaylist({
      targetDurationSec: 2,
      mediaSequence: 0,
      discontinuitySequence: 4,
      endList: true,
      type: 'VOD',
      independentSegments: true,
      segments: [segment(0, { durationMs: 3600 })],
      extraTags: ['#EXT-X-START:TIME-OFFSET=0'],
    });
    expect(text).toBe(
      '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n' +
        '#EXT-X-DISCONTINUITY-SEQUENCE:4\n#EXT-X-PLAYLIST-TYPE:VOD\n' +
        '#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-START:TIME-OFFSET=0\n' +
        '#EXTINF:3.600,\n0.m4s\n#EXT-X-ENDLIST\n',
    );
  });

  it('claims the least version that its tags need', () => {
    const versionOf = (more: Partial<MediaSegment>): number =>
      parseMediaPlaylist(write(segment(5, more))).version;
    expect(versionOf({})).toBe(3);
    expect(versionOf({ byteRange: { offset: 0, length: 1 } })).toBe(4);
    expect(versionOf({ keyTags: ['#EXT-X-KEY:METHOD=X,KEYFORMAT="d"'] })).toBe(5);
    expect(versionOf({ mapTag: '#EXT-X-MAP:URI="a"' })).toBe(6);
  });

  it('refuses a segment that loses its initialisation section', () => {
    const first = segment(5, { mapTag: '#EXT-X-MAP:URI="a"' });
    expect(() => write(first, segment(6))).toThrow('[media/playlist]');
  });

  it('asserts that no sequence is missing', () => {
    expect(() => write(segment(5), segment(7))).toThrow('sequence gap');
    expect(() => write(segment(6))).toThrow('sequence gap');
  });

  it('refuses further tags that are not whole lines', () => {
    for (const tag of ['a.ts', '', '#EXT-X-A\n#EXT-X-ENDLIST']) {
      const parts = { targetDurationSec: 2, mediaSequence: 0, endList: false, segments: [] };
      expect(() => writeMediaPlaylist({ ...parts, extraTags: [tag] }), tag).toThrow(
        '[media/playlist]',
      );
    }
  });
});

/** A range that would go on where the first one of 2^53 - 1 bytes ended. */
const CONTINUED = ['#EXTINF:6,', '#EXT-X-BYTERANGE:1', 'a.ts'];

it('keeps an initialisation section out of the keys that stand after it', () => {
  const key = (name: string): string => `#EXT-X-KEY:METHOD=AES-128,URI="${name}"`;
  const text = [
    '#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0',
    `#EXT-X-MAP:URI="i.mp4"\n${key('a')}\n#EXTINF:2.000,\n0.m4s`,
    `${key('b')}\n#EXTINF:2.000,\n1.m4s\n#EXT-X-ENDLIST\n`,
  ].join('\n');
  const { segments } = parseMediaPlaylist(text);
  const later = segments.slice(1);
  expect(segmentLines(later[0] as MediaSegment, true).slice(0, 3)).toEqual([
    '#EXT-X-KEY:METHOD=NONE',
    '#EXT-X-MAP:URI="i.mp4"',
    key('b'),
  ]);
  for (const kept of [segments, later]) {
    const mediaSequence = kept[0]?.sequence ?? 0;
    const written = writeMediaPlaylist({ ...TITLE, mediaSequence, segments: kept });
    expect(parseMediaPlaylist(written).segments.map((one) => one.mapKeyTags)).toEqual(
      kept.map(() => []),
    );
  }
});

const TITLE = {
  targetDurationSec: 2,
  mediaSequence: 0,
  discontinuitySequence: 0,
  endList: true,
  type: undefined,
  independentSegments: false,
  extraTags: [],
};
