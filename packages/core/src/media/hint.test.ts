import { describe, expect, it } from 'vitest';
import { formatHint, HINT_BYTES_MAX, parseHint, utf8Length } from './hint.js';
import { parseMediaPlaylist } from './playlist.js';

const SECOND = [
  '#EXTM3U',
  '#EXT-X-TARGETDURATION:4',
  '#EXT-X-MEDIA-SEQUENCE:41',
  '#EXT-X-KEY:METHOD=AES-128,URI="k1"',
  '#EXT-X-MAP:URI="main.mp4",BYTERANGE="700@0"',
  '#EXTINF:4,',
  '#EXT-X-BYTERANGE:1000@700',
  'main.mp4',
  '#EXT-X-CUE-OUT:8',
  '#EXTINF:3.5,',
  '#EXT-X-BYTERANGE:900',
  'main.mp4',
].join('\n');

describe('hints', () => {
  it('say all that a segment needs, however much of it was said before it', () => {
    const [, second] = parseMediaPlaylist(SECOND).segments;
    const hint = formatHint(second!);
    expect(hint?.split('\n')).toEqual([
      '#EXT-X-KEY:METHOD=AES-128,URI="k1"',
      '#EXT-X-MAP:URI="main.mp4",BYTERANGE="700@0"',
      '#EXTINF:3.500,',
      '#EXT-X-CUE-OUT:8',
      '#EXT-X-BYTERANGE:900@1700',
      'main.mp4',
    ]);
    expect(parseHint(hint!, 42)).toEqual(second);
  });

  it('are not made when they would not fit a record', () => {
    const [first] = parseMediaPlaylist(SECOND).segments;
    const room = HINT_BYTES_MAX - utf8Length(formatHint({ ...first!, uri: 'a' })!) + 1;
    expect(formatHint({ ...first!, uri: 'a'.repeat(room) })).toHaveLength(HINT_BYTES_MAX);
    expect(formatHint({ ...first!, uri: 'a'.repeat(room + 1) })).toBeUndefined();
    expect(formatHint({ ...first!, uri: 'é'.repeat(Math.ceil((room + 1) / 2)) })).toBeUndefined();
  });

  it('are refused when they are more or less than one segment', () => {
    const bad = [
      '',
      '#EXTINF:2,',
      'a.ts',
      '#EXTINF:2,\na.ts\nb.ts',
      '#EXTINF:2,\na.ts\n#EXTINF:2,\nb.ts',
      '#EXTINF:2,\na.ts\n#EXT-X-ENDLIST',
      '#EXT-X-ENDLIST\n#EXTINF:2,\na.ts',
      '#EXTM3U\n#EXTINF:2,\na.ts',
      '#EXT-X-MEDIA-SEQUENCE:9\n#EXTINF:2,\na.ts',
      `#EXTINF:2,\n${'a'.repeat(HINT_BYTES_MAX)}`,
    ];
    for (const hint of bad) expect(() => parseHint(hint), hint).toThrow('[media/playlist]');
  });

  it('count bytes as UTF-8 does', () => {
    for (const text of ['', 'a', 'é', '€', '🐟', 'a\u0000ÿ漢🐟']) {
      expect(utf8Length(text), text).toBe(new TextEncoder().encode(text).length);
    }
    expect(utf8Length('\ud83d')).toBe(3);
  });
});
