import { describe, expect, it } from 'vitest';
import {
  formatSeconds,
  keyKind,
  type MediaSegment,
  mapLocation,
  mapTag,
  NO_KEY,
  parseByteRange,
  segmentLines,
  tagUri,
  withTagUri,
} from './segment.js';

const PLAIN: MediaSegment = {
  sequence: 7,
  durationMs: 2000,
  uri: 'seg-7.m4s',
  discontinuity: false,
  gap: false,
  keyTags: [],
  otherTags: [],
};

describe('lines of a segment', () => {
  it('says no more than a plain segment needs', () => {
    expect(segmentLines(PLAIN, true)).toEqual(['#EXTINF:2.000,', 'seg-7.m4s']);
  });

  it('says everything in the order that players expect', () => {
    const full: MediaSegment = {
      ...PLAIN,
      title: 'Goal',
      byteRange: { offset: 100, length: 50 },
      discontinuity: true,
      programDateTimeMs: 1_000,
      gap: true,
      mapTag: '#EXT-X-MAP:URI="init.mp4"',
      keyTags: ['#EXT-X-KEY:METHOD=AES-128,URI="k"'],
      otherTags: ['#EXT-X-CUE-OUT:30'],
    };
    const own = [
      '#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:01.000Z',
      '#EXTINF:2.000,Goal',
      '#EXT-X-CUE-OUT:30',
      '#EXT-X-GAP',
      '#EXT-X-BYTERANGE:50@100',
      'seg-7.m4s',
    ];
    const sticky = ['#EXT-X-KEY:METHOD=AES-128,URI="k"', '#EXT-X-MAP:URI="init.mp4"'];
    expect(segmentLines(full, true)).toEqual(['#EXT-X-DISCONTINUITY', ...sticky, ...own]);
    expect(segmentLines(full, false)).toEqual(['#EXT-X-DISCONTINUITY', ...own]);
  });

  it('refuses text that would be read back as other lines', () => {
    const bad: Partial<MediaSegment>[] = [
      { uri: '' },
      { uri: '  ' },
      { uri: '#EXT-X-ENDLIST' },
      { uri: 'a.ts\n#EXT-X-ENDLIST' },
      { title: 'a\r#EXT-X-ENDLIST' },
      { otherTags: ['#EXT-X-A\nb.ts'] },
    ];
    for (const change of bad) {
      const segment = { ...PLAIN, ...change };
      expect(() => segmentLines(segment, true), JSON.stringify(change)).toThrow('[media/playlist]');
    }
  });

  it('writes durations exactly, to the microsecond', () => {
    expect([0, 2000, 9009, 5972.633, 0.001, 33.366, 86_400_000].map(formatSeconds)).toEqual([
      '0.000',
      '2.000',
      '9.009',
      '5.972633',
      '0.000001',
      '0.033366',
      '86400.000',
    ]);
  });
});

describe('tags with a URI', () => {
  it('reads and writes where the initialisation section is', () => {
    expect(mapLocation('#EXT-X-MAP:URI="init.mp4"')).toEqual({ uri: 'init.mp4' });
    expect(mapLocation('#EXT-X-MAP:URI="a.mp4",BYTERANGE="720@0"')).toEqual({
      uri: 'a.mp4',
      byteRange: { offset: 0, length: 720 },
    });
    expect(mapLocation('#EXT-X-MAP:BYTERANGE="720",URI="a.mp4"')?.byteRange?.offset).toBe(0);
    expect(mapLocation('#EXT-X-MAP:X=1')).toBeUndefined();
    const tag = mapTag('a.mp4', { offset: 5, length: 9 });
    expect(tag).toBe('#EXT-X-MAP:URI="a.mp4",BYTERANGE="9@5"');
    expect(mapTag('a.mp4')).toBe('#EXT-X-MAP:URI="a.mp4"');
    expect(() => mapTag('a"b')).toThrow('[media/playlist]');
  });

  it('replaces a URI and nothing else', () => {
    const key = '#EXT-X-KEY:METHOD=AES-128,URI="k?a=1,b",IV=0x1';
    expect(tagUri(key)).toBe('k?a=1,b');
    expect(withTagUri(key, 'https://a.example/k')).toBe(
      '#EXT-X-KEY:METHOD=AES-128,URI="https://a.example/k",IV=0x1',
    );
    expect(withTagUri(NO_KEY, 'x')).toBe(NO_KEY);
    expect(() => tagUri('#EXT-X-GAP')).toThrow('[media/playlist]');
  });

  it('knows key formats and the end of encryption', () => {
    expect(NO_KEY).toBe('#EXT-X-KEY:METHOD=NONE');
    expect(keyKind(NO_KEY)).toEqual({ format: 'identity', none: true });
    const drm =
      '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://a",KEYFORMAT="com.apple.streamingkeydelivery"';
    expect(keyKind(drm)).toEqual({ format: 'com.apple.streamingkeydelivery', none: false });
  });

  it('reads byte ranges, and none that is empty or beyond 2^53', () => {
    expect(parseByteRange('75232@0')).toEqual({ length: 75_232, offset: 0 });
    expect(parseByteRange(' 82112 ')).toEqual({ length: 82_112, offset: undefined });
    const bad = [
      '',
      '0',
      '0@4',
      '-1',
      '5@',
      '5@-1',
      '1.5',
      '9007199254740991@1',
      '99999999999999999',
    ];
    for (const text of bad) expect(parseByteRange(text), text).toBeUndefined();
  });
});
