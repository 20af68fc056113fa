import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMediaPlaylist } from '@shoal/core/media';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { QUIET } from '../testing/options.js';
import { endBegun, has, publish } from '../testing/publisher.js';
import { mediaText, noise } from '../testing/twin.js';
import { describes, getBytes, getRecords, getText, until } from '../testing/verifying.js';
import { CLIP } from './dev.js';
import type { RunningServer } from './options.js';
import { startServe } from './serve.js';

let folder: string;
let server: RunningServer | undefined;
const path = process.env.PATH;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-serve-'));
});
afterEach(async () => {
  process.env.PATH = path;
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

async function serve(): Promise<string> {
  server = await startServe({ ...QUIET, folder, rescanMs: 50 });
  return `http://127.0.0.1:${server.port}/`;
}

async function put(name: string, body: string | Buffer): Promise<void> {
  await mkdir(join(folder, name, '..'), { recursive: true });
  await writeFile(join(folder, name), body);
}

it('serves an HLS folder as it is, signed', async () => {
  await cp(CLIP, join(folder, 'film'), { recursive: true });
  const base = await serve();
  expect(await getText(base)).toContain('href="watch/film"');
  const playlist = `${base}hls/film/r1.m3u8`;
  const { segments } = parseMediaPlaylist(await getText(playlist));
  const bytes = await getBytes(new URL(segments[2]!.uri, playlist).href);
  const { tag, records } = await getRecords(playlist, 1, 2);
  expect(describes(tag, records[0]!, bytes)).toBe(true);
});

it('reads nothing of a title before somebody watches it', async () => {
  await cp(CLIP, join(folder, 'film'), { recursive: true });
  const base = await serve();
  const status = async () => JSON.parse(await getText(`${base}api/status`));
  expect(await status()).toMatchObject({ records_signed: 0, edge: { fetches: 0 } });
  await getText(`${base}hls/film/index.m3u8`);
  await until(async () => (await status()).records_signed === 48);
});

it('packs the files of its pages for whoever takes gzip', async () => {
  await cp(CLIP, join(folder, 'film'), { recursive: true });
  const base = await serve();
  const get = async (encoding: string, etag = '') => {
    const headers = { 'accept-encoding': encoding, 'if-none-match': etag };
    const answer = await fetch(`${base}assets/player.js`, { headers });
    const { status } = answer;
    const size = (await answer.arrayBuffer()).byteLength;
    const [encoded, tag] = ['content-encoding', 'etag'].map((name) => answer.headers.get(name));
    return { status, size, encoded, tag, vary: answer.headers.get('vary') };
  };
  const plain = await get('identity');
  const packed = await get('br, gzip;q=0.8');
  expect(plain).toMatchObject({ status: 200, encoded: null, vary: 'Accept-Encoding' });
  // fetch unpacks it.
  expect(packed).toMatchObject({ status: 200, encoded: 'gzip', size: plain.size });
  expect(await get('gzip;q=0')).toMatchObject({ encoded: null, tag: plain.tag });
  expect(packed.tag).not.toBe(plain.tag);
  expect(await get('gzip', packed.tag ?? '')).toMatchObject({ status: 304 });
});

it('follows a live folder that an encoder keeps rewriting', async () => {
  const rewrite = async (from: number, to: number): Promise<void> => {
    await put(`cam/s${to}.m4s`, noise(30_000, to));
    await put('cam/index.m3u8', mediaText(from, to, false));
  };
  await put('cam/init.mp4', 'init');
  for (let i = 0; i <= 3; i++) await rewrite(0, i);
  const base = await serve();
  const playlist = `${base}hls/cam/index.m3u8`;
  await rewrite(1, 4);
  await until(
    async () => parseMediaPlaylist(await getText(playlist)).segments.at(-1)?.sequence === 4,
  );
  const { tag, records } = await getRecords(playlist, 0, 4);
  expect(describes(tag, records[0]!, noise(30_000, 4))).toBe(true);
});

it('takes up a title that is put there later', async () => {
  await cp(CLIP, join(folder, 'film'), { recursive: true });
  const base = await serve();
  await put('late/s0.m4s', noise(1000, 1));
  await put('late/index.m3u8', mediaText(0, 0, true));
  await until(async () => (await getText(base)).includes('href="watch/late"'));
  expect((await fetch(`${base}hls/late/index.m3u8`)).status).toBe(200);
});

it('keeps a playlist from naming files outside the folder', async () => {
  await put('../shoal-secret-beside', 'secret');
  await put(
    'film/index.m3u8',
    mediaText(0, 0, true).replace('s0.m4s', '../../shoal-secret-beside'),
  );
  await put('film/init.mp4', 'init');
  const base = await serve();
  const playlist = `${base}hls/film/index.m3u8`;
  const [segment] = parseMediaPlaylist(await getText(playlist)).segments;
  expect((await fetch(new URL(segment!.uri, playlist))).status).toBe(404);
  await rm(join(folder, '..', 'shoal-secret-beside'));
});

it('shows no path of this machine', async () => {
  await cp(CLIP, join(folder, 'film'), { recursive: true });
  const base = await serve();
  const texts = await Promise.all(
    ['', 'hls/film/index.m3u8', 'hls/film/r0.m3u8', 'watch/film', 'api/status', 'metrics'].map(
      (path) => getText(base + path),
    ),
  );
  expect(texts.join('\n')).not.toContain(folder);
  expect(texts.join('\n')).not.toContain('file:');
});

it('escapes what files are called', async () => {
  await put('<img src=x onerror=alert(1)>/index.m3u8', mediaText(0, 0, true));
  expect(await getText(await serve())).not.toContain('<img');
});

it.each([
  ['an empty folder', async () => {}, 'holds no title'],
  ['a playlist that is not HLS', () => put('a.m3u8', 'http://x/\n'), 'a.m3u8: it is not an HLS'],
])('refuses %s in one sentence', async (_what, prepare, words) => {
  await prepare();
  await expect(serve()).rejects.toThrow(words);
});

it('says how to get ffmpeg when only it could help', async () => {
  await put('film.mp4', 'video');
  process.env.PATH = '/nowhere';
  await expect(serve()).rejects.toThrow('apt install ffmpeg');
});

it('serves what it can when ffmpeg is missing', async () => {
  await cp(CLIP, join(folder, 'film'), { recursive: true });
  await put('other.mp4', 'video');
  process.env.PATH = '/nowhere';
  const page = await getText(await serve());
  expect(page).toContain('film');
  expect(page).not.toContain('other');
});

it('takes publishers beside its titles, one of which is called as a channel is', async () => {
  await cp(CLIP, join(folder, 'live'), { recursive: true });
  const live = { streams: [{ name: 'live', key: 'a-key-of-my-own' }], rtmpPort: 0 };
  server = await startServe({ ...QUIET, folder, live });
  const base = `http://127.0.0.1:${server.port}/`;
  const [, port] =
    /rtmp:\/\/127\.0\.0\.1:(\d+)\/live\n +key +a-key-of-my-own/.exec(server.banner) ?? [];
  const to = { rtmpPort: Number(port) };
  const { ended } = publish(to, 'a-key-of-my-own', 3);
  await has(`${base}hls/live/r0.m3u8`, /#EXT-X-PART:/);
  expect(await getText(`${base}hls/live-2/index.m3u8`)).toContain('r1.m3u8');
  await ended;
  await endBegun();
});

it('may begin as an empty folder when it takes publishers', async () => {
  server = await startServe({ ...QUIET, folder, live: { streams: [{ name: 'a' }], rtmpPort: 0 } });
  expect(await getText(`http://127.0.0.1:${server.port}/`)).toContain('href="watch/a"');
});
