import { describe, expect, it } from 'vitest';
import { createLinks, readPublicUrl } from './links.js';

describe('relative links', () => {
  const links = createLinks(undefined, () => 'http://127.0.0.1:9');
  it.each([
    ['', 'watch/a'],
    ['watch', 'hls/a/index.m3u8'],
    ['watch/a', 'assets'],
    ['hls/a/index.m3u8', 'tracker'],
    ['a/b/', 'c'],
  ])('from %j to %j hold below any prefix', (from, to) => {
    for (const base of ['http://h/', 'https://h:8443/some/where/']) {
      expect(new URL(links.link(from, to), base + from).href).toBe(base + to);
    }
  });

  it('leave the scheme of a socket to the page', () => {
    expect(links.socket('hls/a/index.m3u8', 'tracker')).toBe('../../tracker');
    expect(links.shown('api/status')).toBe('http://127.0.0.1:9/api/status');
  });
});

describe('a public address', () => {
  const links = createLinks(readPublicUrl('https://example.org/tv'), () => '');
  it('is written out', () => {
    expect(links.link('watch/a', 'hls/a/index.m3u8')).toBe(
      'https://example.org/tv/hls/a/index.m3u8',
    );
    expect(links.socket('x', 'tracker')).toBe('wss://example.org/tv/tracker');
  });

  it.each([
    'example.org',
    'ftp://example.org',
    'https://example.org/?a=1',
    'https://example.org/#a',
  ])('is not %s', (text) => expect(() => readPublicUrl(text)).toThrow('--public-url must'));
});
