/** Somebody else's HLS: the bundled clip as a live loop or as a title, counted per request. */
import { readFileSync } from 'node:fs';
import { at } from '../../tools/house/root.mjs';
import { listen } from './http.mjs';

const LADDER = readFileSync(at('media/clip/index.m3u8'), 'utf8');
const SEGMENTS = 16;
const SEGMENT_MS = 2000;
const WINDOW = 6;
const TYPES = { m3u8: 'application/vnd.apple.mpegurl', mp4: 'video/mp4', m4s: 'video/iso.segment' };

/**
 * Serves `live.m3u8` and `title.m3u8` (the ladder) and `<name>/live.m3u8` and `<name>/title.m3u8`
 * (one rendition). `requests` counts what was asked, by path.
 */
export async function startUpstream() {
  const startMs = Date.now() - WINDOW * SEGMENT_MS;
  const requests = new Map();
  const site = await listen((request, response) => {
    const path = new URL(request.url, 'http://upstream').pathname.slice(1);
    requests.set(path, (requests.get(path) ?? 0) + 1);
    const body = bodyOf(path, startMs);
    const type = TYPES[path.split('.').at(-1)] ?? 'text/plain';
    const headers = { 'access-control-allow-origin': '*', 'content-type': type };
    if (path.endsWith('.m3u8')) headers['cache-control'] = 'no-cache';
    response.writeHead(body === undefined ? 404 : 200, headers).end(body);
  });
  return { url: site.url, requests, close: site.close };
}

function bodyOf(path, startMs) {
  if (path === 'live.m3u8') return LADDER.replaceAll('/index.m3u8', '/live.m3u8');
  if (path === 'title.m3u8') return LADDER.replaceAll('/index.m3u8', '/title.m3u8');
  const [, name, file] = path.match(/^(180p|360p|540p)\/([a-z0-9.-]+)$/) ?? [];
  if (name === undefined) return undefined;
  if (file === 'live.m3u8') return livePlaylist(startMs);
  const real = file === 'title.m3u8' ? 'index.m3u8' : file;
  const [, turn] = real.match(/^seg-(\d+)\.m4s$/) ?? [];
  const wanted = turn === undefined ? real : `seg-${Number(turn) % SEGMENTS}.m4s`;
  try {
    return readFileSync(at('media/clip', name, wanted));
  } catch {
    return undefined;
  }
}

function livePlaylist(startMs) {
  const newest = Math.floor((Date.now() - startMs) / SEGMENT_MS) - 1;
  const first = Math.max(0, newest - WINDOW + 1);
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:2'];
  lines.push('#EXT-X-INDEPENDENT-SEGMENTS', `#EXT-X-MEDIA-SEQUENCE:${first}`);
  lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${Math.max(0, Math.floor((first - 1) / SEGMENTS))}`);
  lines.push('#EXT-X-MAP:URI="init.mp4"');
  for (let i = first; i <= newest; i++) {
    if (i > 0 && i % SEGMENTS === 0) lines.push('#EXT-X-DISCONTINUITY');
    lines.push('#EXTINF:2.00000,', `seg-${i}.m4s`);
  }
  return `${lines.join('\n')}\n`;
}
