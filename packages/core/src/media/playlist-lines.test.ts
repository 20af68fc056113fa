import { describe, expect, it } from 'vitest';
import { checkHls, PLAYLIST_LIMITS, playlistLines, splitTag } from './playlist-lines.js';

describe('lines of a playlist', () => {
  it('takes any line ending, a byte order mark and blank lines', () => {
    expect(playlistLines('#EXTM3U\r\n#A\r\n\r\nb.ts\r\n')).toEqual(['#A', 'b.ts']);
    expect(playlistLines('#EXTM3U\r#A\rb.ts')).toEqual(['#A', 'b.ts']);
    expect(playlistLines('\ufeff#EXTM3U\n  b.ts\t\n')).toEqual(['b.ts']);
    expect(playlistLines('\n\n#EXTM3U x-tvg="guide"\nb.ts')).toEqual(['b.ts']);
  });

  it('says in one sentence what is no playlist', () => {
    const cases: [string, string][] = [
      ['', 'it lacks #EXTM3U'],
      ['#EXTM3U8\n', 'it lacks #EXTM3U'],
      ['seg.ts\n#EXTM3U', 'it lacks #EXTM3U'],
      ['<!doctype html><title>404</title>', 'it looks like a web page or XML'],
      ['<?xml version="1.0"?><MPD/>', 'it looks like a web page or XML'],
    ];
    for (const [text, detail] of cases) {
      const sentence = `[media/not-hls] ${detail}`;
      expect(() => checkHls(text), text).toThrow(sentence);
    }
  });

  it('holds its limits at both ends', () => {
    const line = (length: number): string => `#EXTM3U\n${'a'.repeat(length)}`;
    expect(playlistLines(line(PLAYLIST_LIMITS.lineChars))).toHaveLength(1);
    expect(() => playlistLines(line(PLAYLIST_LIMITS.lineChars + 1))).toThrow('a line of more than');
    const text = (length: number): string => '#EXTM3U'.padEnd(length, '\n');
    expect(playlistLines(text(PLAYLIST_LIMITS.textChars))).toEqual([]);
    expect(() => playlistLines(text(PLAYLIST_LIMITS.textChars + 1))).toThrow('[media/playlist]');
  });

  it('tells tags from comments and URIs', () => {
    expect(splitTag('#EXT-X-KEY:METHOD=NONE')).toEqual({ name: 'EXT-X-KEY', value: 'METHOD=NONE' });
    expect(splitTag('#EXT-X-GAP')).toEqual({ name: 'EXT-X-GAP', value: '' });
    expect(splitTag('#EXTINF:4,a:b')).toEqual({ name: 'EXTINF', value: '4,a:b' });
    expect(splitTag('# EXTINF:4')).toBeUndefined();
    expect(splitTag('a.ts')).toBeUndefined();
  });
});
