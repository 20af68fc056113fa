import { describe, expect, it } from 'vitest';
import { attributeNumber } from './attributes.js';
import {
  isMultivariant,
  parseMultivariant,
  rewriteMultivariant,
  type UriKind,
} from './multivariant.js';
import { PLAYLIST_LIMITS } from './playlist-lines.js';

const FULL = [
  '#EXTM3U',
  '#EXT-X-VERSION:7',
  '#EXT-X-INDEPENDENT-SEGMENTS',
  '#EXT-X-CONTENT-STEERING:SERVER-URI="/steer",PATHWAY-ID="A"',
  '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="key"',
  '#EXT-X-SESSION-DATA:DATA-ID="t",URI="title.json"',
  '#EXT-X-SESSION-DATA:DATA-ID="u",VALUE="x"',
  '',
  '# audio',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English, main",DEFAULT=YES,URI="en/a.m3u8"',
  '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="Deutsch",URI="de/s.m3u8"',
  '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC1",INSTREAM-ID="CC1"',
  '#EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS="avc1.64001e,mp4a.40.2",AUDIO="aac"',
  '# a comment between the tag and its URI',
  '  low/v.m3u8  ',
  '#EXT-X-STREAM-INF:BANDWIDTH=2400000,AUDIO="aac"',
  'https://cdn.example/high/v.m3u8?t=1',
  '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,URI="low/i.m3u8"',
  '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9000,URI="thumbs.m3u8"',
  '',
].join('\r\n');

const MEDIA = '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts\n';

describe('multivariant playlists', () => {
  it('are told from media playlists and from anything else', () => {
    expect(isMultivariant(FULL)).toBe(true);
    expect(isMultivariant(`\ufeff${FULL}`)).toBe(true);
    expect(isMultivariant(MEDIA)).toBe(false);
    expect(isMultivariant('<html>\n#EXT-X-STREAM-INF:')).toBe(false);
    expect(isMultivariant('')).toBe(false);
  });

  it('list every rendition', () => {
    const { variants, media, trickPlay, lines } = parseMultivariant(FULL);
    expect(variants.map(({ uri }) => uri)).toEqual([
      'low/v.m3u8',
      'https://cdn.example/high/v.m3u8?t=1',
    ]);
    expect(variants.map(({ attributes }) => attributeNumber(attributes, 'BANDWIDTH'))).toEqual([
      800_000, 2_400_000,
    ]);
    expect(media.map(({ type, uri, groupId, name }) => [type, uri, groupId, name])).toEqual([
      ['AUDIO', 'en/a.m3u8', 'aac', 'English, main'],
      ['SUBTITLES', 'de/s.m3u8', 'subs', 'Deutsch'],
      ['CLOSED-CAPTIONS', undefined, 'cc', 'CC1'],
    ]);
    expect(trickPlay.map(({ uri }) => uri)).toEqual(['low/i.m3u8', 'thumbs.m3u8']);
    expect(lines).toEqual(
      FULL.split(/\s*\r\n\s*/).filter((line) => line !== '' && line !== '#EXTM3U'),
    );
  });

  it('are refused when they are media playlists, empty or too many', () => {
    expect(() => parseMultivariant(MEDIA)).toThrow('a media playlist where a multivariant');
    expect(() => parseMultivariant('#EXTM3U\n')).toThrow('without a variant');
    expect(() => parseMultivariant('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n')).toThrow(
      'without a variant',
    );
    expect(() => parseMultivariant('hello')).toThrow('[media/not-hls]');
    const many = (count: number): string =>
      `#EXTM3U\n${'#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n'.repeat(count)}`;
    expect(parseMultivariant(many(PLAYLIST_LIMITS.renditions)).variants).toHaveLength(500);
    expect(() => parseMultivariant(many(PLAYLIST_LIMITS.renditions + 1))).toThrow('more than 500');
  });
});

describe('rewriting a multivariant playlist', () => {
  it('keeps every byte when nothing changes', () => {
    for (const text of [FULL, `\ufeff${FULL}`, FULL.replaceAll('\r\n', '\n'), `${FULL}no end`]) {
      expect(rewriteMultivariant(text, (uri) => uri)).toBe(text);
    }
  });

  it('replaces each URI, saying what it names, and nothing else', () => {
    const seen: [string, UriKind][] = [];
    const text = rewriteMultivariant(FULL, (uri, kind) => {
      seen.push([uri, kind]);
      return `<${seen.length}$&>`;
    });
    expect(seen).toEqual([
      ['/steer', 'steering'],
      ['key', 'session-key'],
      ['title.json', 'session-data'],
      ['en/a.m3u8', 'rendition'],
      ['de/s.m3u8', 'rendition'],
      ['low/v.m3u8', 'variant'],
      ['https://cdn.example/high/v.m3u8?t=1', 'variant'],
      ['low/i.m3u8', 'iframe'],
      ['thumbs.m3u8', 'image'],
    ]);
    const back = seen.reduce((all, [uri], index) => all.replace(`<${index + 1}$&>`, uri), text);
    expect(back).toBe(FULL);
    expect(text).toContain('\r\n  <6$&>  \r\n');
  });

  it('puts further tags right after the first line, with its line ending', () => {
    const text = rewriteMultivariant(FULL, (uri) => uri, ['#EXT-X-A:1', '#EXT-X-B:2']);
    expect(text).toBe(FULL.replace('#EXTM3U\r\n', '#EXTM3U\r\n#EXT-X-A:1\r\n#EXT-X-B:2\r\n'));
    expect(rewriteMultivariant('#EXTM3U', (uri) => uri, ['#EXT-X-A:1'])).toBe(
      '#EXTM3U\n#EXT-X-A:1\n',
    );
  });

  it('marks a URI that no tag introduces', () => {
    const kinds: UriKind[] = [];
    rewriteMultivariant('#EXTM3U\na\n#EXT-X-STREAM-INF:BANDWIDTH=1\nb\nc\n', (uri, kind) => {
      kinds.push(kind);
      return uri;
    });
    expect(kinds).toEqual(['other', 'variant', 'other']);
  });

  it('refuses URIs and tags that would break their line', () => {
    const rewrite =
      (uri: string, tags: string[] = []) =>
      () =>
        rewriteMultivariant(FULL, () => uri, tags);
    expect(rewrite('a\nb')).toThrow('[media/playlist]');
    expect(rewrite('a"b')).toThrow('[media/playlist]');
    expect(rewrite('')).toThrow('[media/playlist]');
    expect(rewrite('a', ['#A\n#B'])).toThrow('[media/playlist]');
    const long = `#EXTM3U\n${'a'.repeat(PLAYLIST_LIMITS.lineChars + 1)}`;
    expect(() => rewriteMultivariant(long, (uri) => uri)).toThrow('a line of more than');
  });
});
