import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMediaPlaylist } from '@shoal/core/media';
import { decodeRecordList, FLAG } from '@shoal/core/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { held, mediaText, noise, startTwin, type Twin } from '../testing/twin.js';
import { describes, getBytes, getRecords, getText, until } from '../testing/verifying.js';
import type { RunningServer } from './options.js';
import { type PullOptions, startPull } from './pull.js';

let twin: Twin;
const running: RunningServer[] = [];

beforeEach(async () => {
  twin = await startTwin();
  twin.put('/live/init.mp4', 'the initialisation section');
  for (let i = 0; i < 30; i++) twin.put(`/live/s${i}.m4s`, segment(i));
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
  await twin.close();
});

const segment = (i: number): Buffer => noise(20_000 + i * 1000, i + 1);

/** Starts a pull of the twin, and gives where its stream is. */
async function pull(path: string, options: Partial<PullOptions> = {}): Promise<string> {
  const server = await startPull({
    host: '127.0.0.1',
    port: 0,
    stateDir: 'memory',
    cacheBytesMax: 64 * 1024 * 1024,
    trustProxy: false,
    assumeConsent: false,
    logLevel: 'silent',
    url: `${twin.url}${path}`,
    name: 'stream',
    delivery: 'edge',
    allowPrivate: false,
    ...options,
  });
  running.push(server);
  return `http://127.0.0.1:${server.port}/hls/stream/`;
}

const status = async (base: string) =>
  JSON.parse(await getText(new URL('../../api/status', base).href));
const segmentUrls = async (playlist: string): Promise<string[]> =>
  parseMediaPlaylist(await getText(playlist)).segments.map(
    ({ uri }) => new URL(uri, playlist).href,
  );

describe('a title', () => {
  beforeEach(() => twin.put('/live/index.m3u8', mediaText(0, 11, true)));

  it('is signed, and every record holds for the bytes that the edge sends', async () => {
    const base = await pull('/live/index.m3u8?token=secret');
    const playlist = `${base}index.m3u8`;
    await until(async () => (await getRecords(playlist, 0)).records.length === 12);
    const { tag, records } = await getRecords(playlist, 0);
    const urls = await segmentUrls(playlist);
    for (const [i, url] of urls.entries()) {
      const bytes = await getBytes(url);
      expect(bytes.equals(segment(i)), url).toBe(true);
      expect(describes(tag, records[i]!, bytes), `record ${i}`).toBe(true);
      expect(describes(tag, records[i]!, segment((i + 1) % 12)), `record ${i}`).toBe(false);
      expect(twin.count(`/live/s${i}.m4s`)).toBe(1);
    }
    expect(records.map(({ record }) => record.mediaTimeMs)).toEqual(urls.map((_, i) => i * 2000));
    expect(records[11]!.record.flags & FLAG.endOfStream).toBeTruthy();
    expect(twin.count('/live/index.m3u8')).toBe(1);
  });

  it('shows no token, host or folder of the source in edge delivery', async () => {
    const base = await pull('/live/index.m3u8?token=secret');
    const { records } = await getRecords(`${base}index.m3u8`, 0);
    const text = await getText(`${base}index.m3u8`);
    const shown = text + records.map(({ record }) => record.hint).join('\n');
    expect(shown).not.toMatch(/secret|127\.0\.0\.1|live\//);
  });

  it('names the source itself in upstream delivery, and counts the signer apart', async () => {
    const base = await pull('/live/index.m3u8', { delivery: 'upstream' });
    await until(async () => (await status(base)).records_signed === 12);
    expect(await segmentUrls(`${base}index.m3u8`)).toEqual(
      Array.from({ length: 12 }, (_, i) => `${twin.url}/live/s${i}.m4s`),
    );
    const { bytes, edge } = await status(base);
    const all = Array.from({ length: 12 }, (_, i) => segment(i).length);
    expect(bytes.signer_bytes).toBe(
      all.reduce((a, b) => a + b) + 'the initialisation section'.length,
    );
    expect(bytes.sent.media).toBe(0);
    expect(edge.fetches).toBe(0);
  });

  it("keeps the operator's password for itself", async () => {
    const url = `${twin.url.replace('http://', 'http://me:secret@')}/live/index.m3u8`;
    const base = await pull('', { url, delivery: 'upstream' });
    expect(twin.headers[0]!.authorization).toMatch(/^Basic /);
    const { records } = await getRecords(`${base}index.m3u8`, 0);
    const shown = (await getText(`${base}index.m3u8`)) + records[0]!.record.hint;
    expect(shown).not.toContain('secret');
    expect(running.at(-1)!.banner).not.toContain('secret');
  });

  it('takes what lies in a folder here instead of fetching it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shoal-files-'));
    for (let i = 0; i < 12; i++) await writeFile(join(folder, `s${i}.m4s`), segment(i));
    const base = await pull('/live/index.m3u8', { delivery: 'upstream', files: folder });
    await until(async () => (await status(base)).records_signed === 12);
    expect(twin.asked.filter((url) => url.endsWith('.m4s'))).toEqual([]);
    expect((await status(base)).bytes.signer_bytes).toBe('the initialisation section'.length);
    const { tag, records } = await getRecords(`${base}index.m3u8`, 0);
    expect(describes(tag, records[3]!, segment(3))).toBe(true);
    await rm(folder, { recursive: true });
  });

  it('sends as many records as it is asked for, and refuses to send more than 64', async () => {
    const base = await pull('/live/index.m3u8');
    const playlist = `${base}index.m3u8`;
    await until(async () => (await getRecords(playlist, 0)).records.length === 12);
    const { tag } = await getRecords(playlist, 0);
    const list = (count: string) => `${new URL(tag.records!, playlist)}?since=2&count=${count}`;
    const two = decodeRecordList(await getBytes(list('2')));
    expect(two.map(({ record }) => record.sequence)).toEqual([2, 3]);
    for (const count of ['65', '-1', 'x']) expect((await fetch(list(count))).status).toBe(400);
  });

  it('signs first what a viewer asks for', async () => {
    const { behaviour, release } = held();
    for (let i = 0; i < 12; i++) if (i !== 9) twin.behave(`/live/s${i}.m4s`, behaviour);
    const base = await pull('/live/index.m3u8');
    const list = async (since: number) =>
      (await getRecords(`${base}index.m3u8`, 0, since)).records.map((one) => one.record.sequence);
    await until(async () => (await list(9))[0] === 9);
    expect(await list(0)).toEqual([9]);
    release();
    await until(async () => (await list(0)).length === 12);
  });

  it('identifies itself to the source', async () => {
    await pull('/live/index.m3u8');
    expect(twin.headers[0]!['user-agent']).toMatch(/^shoal\/\d/);
  });
});

describe('a ladder', () => {
  beforeEach(() => {
    twin.put(
      '/live/main.m3u8',
      [
        '#EXTM3U',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="audio.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=100000,CODECS="avc1.64000c",AUDIO="a"',
        'low.m3u8',
        '#EXT-X-STREAM-INF:BANDWIDTH=200000,CODECS="avc1.64000c",AUDIO="a"',
        'high.m3u8',
        '',
      ].join('\n'),
    );
    for (const name of ['low', 'high', 'audio'])
      twin.put(`/live/${name}.m3u8`, mediaText(0, 3, true));
  });

  it('numbers renditions as they appear, variants first', async () => {
    const base = await pull('/live/main.m3u8');
    const text = await getText(`${base}index.m3u8`);
    expect(text.split('\n').filter((line) => /m3u8/.test(line))).toEqual([
      expect.stringContaining('URI="r2.m3u8"'),
      'r0.m3u8',
      'r1.m3u8',
    ]);
    for (const rendition of [0, 1, 2]) {
      const { tag } = await getRecords(`${base}r${rendition}.m3u8`, rendition);
      expect(tag.rendition).toBe(rendition);
    }
  });

  it('plays on when one rendition is missing, and takes it up when it comes', async () => {
    twin.behave('/live/high.m3u8', { type: 'status', status: 500 });
    const base = await pull('/live/main.m3u8');
    expect(await segmentUrls(`${base}r0.m3u8`)).toHaveLength(4);
    expect((await fetch(`${base}r1.m3u8`)).status).toBe(503);
    expect((await status(base)).streams[0].trouble).toContain('500');
    twin.behave('/live/high.m3u8', undefined);
    await until(async () => (await fetch(`${base}r1.m3u8`)).status === 200);
    expect((await status(base)).streams[0].trouble).toBeUndefined();
  });

  it('reads back in a parser that is not ours', async () => {
    const base = await pull('/live/main.m3u8');
    const { Parser } = createRequire(import.meta.url)('m3u8-parser');
    const read = (text: string) => {
      const parser = new Parser();
      parser.push(text);
      parser.end();
      return parser.manifest;
    };
    const main = read(await getText(`${base}index.m3u8`));
    expect(main.playlists.map(({ uri }: { uri: string }) => uri)).toEqual(['r0.m3u8', 'r1.m3u8']);
    expect(main.mediaGroups.AUDIO.a.en.uri).toBe('r2.m3u8');
    const media = read(await getText(`${base}r1.m3u8`));
    expect(media.segments).toHaveLength(4);
    expect(media.endList).toBe(true);
    expect(media.segments[0].map.uri).toMatch(/^r1\/.*\.mp4$/);
    expect(media.segments[3].duration).toBe(2);
  });
});

describe('a live stream', () => {
  const show = (from: number, to: number, prefix = 's'): void =>
    twin.put('/live/index.m3u8', mediaText(from, to, false, prefix));
  const last = async (base: string): Promise<number> =>
    parseMediaPlaylist(await getText(`${base}index.m3u8`)).segments.at(-1)!.sequence;

  it('follows its source, and signs each new segment', async () => {
    show(0, 5);
    const base = await pull('/live/index.m3u8');
    expect(await last(base)).toBe(5);
    show(1, 6);
    await until(async () => (await last(base)) === 6);
    const { tag, records } = await getRecords(`${base}index.m3u8`, 0, 6);
    expect(describes(tag, records[0]!, segment(6))).toBe(true);
    expect((await fetch(`${base}index.m3u8`)).headers.get('cache-control')).toContain('max-age=0');
  });

  it('names a segment before it is signed, so that nobody waits for us', async () => {
    show(0, 5);
    const base = await pull('/live/index.m3u8');
    const { behaviour, release } = held();
    twin.behave('/live/s6.m4s', behaviour);
    show(0, 6);
    await until(async () => (await last(base)) === 6);
    const [newest] = (await segmentUrls(`${base}index.m3u8`)).slice(-1);
    const playing = await fetch(newest!);
    expect((await getRecords(`${base}index.m3u8`, 0, 6)).records).toEqual([]);
    release();
    expect(Buffer.from(await playing.arrayBuffer()).equals(segment(6))).toBe(true);
    await until(async () => (await getRecords(`${base}index.m3u8`, 0, 6)).records.length === 1);
    expect(twin.count('/live/s6.m4s')).toBe(1);
  });

  it('serves what it has while the source is away, and says so', async () => {
    show(0, 5);
    const base = await pull('/live/index.m3u8');
    twin.behave('/live/index.m3u8', { type: 'status', status: 503 });
    await until(async () => (await status(base)).streams[0].trouble !== undefined);
    expect(await last(base)).toBe(5);
    twin.behave('/live/index.m3u8', undefined);
    show(1, 6);
    await until(async () => (await last(base)) === 6);
  });

  it('ignores an older playlist of a cache on the way', async () => {
    show(2, 7);
    const base = await pull('/live/index.m3u8');
    const before = twin.count('/live/index.m3u8');
    show(1, 6);
    await until(() => twin.count('/live/index.m3u8') >= before + 3);
    expect(await last(base)).toBe(7);
  });

  it('begins a new epoch when the source begins anew', async () => {
    show(10, 15);
    const base = await pull('/live/index.m3u8');
    const { tag } = await getRecords(`${base}index.m3u8`, 0);
    const [old] = await segmentUrls(`${base}index.m3u8`);
    for (let i = 0; i < 4; i++) twin.put(`/live/n${i}.m4s`, segment(20 + i));
    show(0, 3, 'n');
    await until(async () => (await last(base)) === 3);
    await until(async () => (await getRecords(`${base}index.m3u8`, 0)).records.length === 4);
    const after = await getRecords(`${base}index.m3u8`, 0);
    expect(after.tag.epoch).toBeGreaterThan(tag.epoch);
    expect(describes(after.tag, after.records[0]!, segment(20))).toBe(true);
    expect((await fetch(old!)).status).toBe(404);
  });

  it('plays a segment that cannot be signed at first, and signs it later', async () => {
    show(0, 5);
    twin.behave('/live/s5.m4s', { type: 'cut' });
    const base = await pull('/live/index.m3u8');
    await until(async () => (await getRecords(`${base}index.m3u8`, 0)).records.length === 5);
    twin.behave('/live/s5.m4s', undefined);
    await until(async () => (await getRecords(`${base}index.m3u8`, 0)).records.length === 6);
    const { tag, records } = await getRecords(`${base}index.m3u8`, 0, 5);
    expect(describes(tag, records[0]!, segment(5))).toBe(true);
  });
});

describe('a source that cannot be served', () => {
  it('is one that is not HLS', async () => {
    twin.behave('/live/index.m3u8', { type: 'text', text: '<!doctype html><p>hello' });
    await expect(pull('/live/index.m3u8')).rejects.toThrow('[media/not-hls]');
  });

  it('is one that is not there, or not answering', async () => {
    await expect(pull('/none.m3u8')).rejects.toThrow('answered 404');
    await expect(pull('', { url: 'http://127.0.0.1:1/a.m3u8' })).rejects.toThrow(
      'connection refused',
    );
    await expect(pull('', { url: 'nonsense' })).rejects.toThrow('http or https address');
  });

  it('is one that points into a private network', async () => {
    twin.behave('/live/index.m3u8', { type: 'redirect', to: 'http://127.0.0.1:1/a.m3u8' });
    await expect(pull('/live/index.m3u8')).rejects.toThrow('private network');
    twin.behave('/live/index.m3u8', undefined);
    twin.put('/live/index.m3u8', mediaText(0, 0, true).replace('s0.m4s', 'http://127.0.0.1:1/s0'));
    const base = await pull('/live/index.m3u8');
    const [url] = await segmentUrls(`${base}index.m3u8`);
    expect((await fetch(url!)).status).toBe(502);
  });

  it('is one that uses variables', async () => {
    twin.put('/live/index.m3u8', '#EXTM3U\n#EXT-X-DEFINE:NAME="a",VALUE="b"\n{$a}.m3u8\n');
    await expect(pull('/live/index.m3u8')).rejects.toThrow('EXT-X-DEFINE');
  });

  it('is one that is larger than a playlist may be', async () => {
    twin.put('/live/index.m3u8', `#EXTM3U\n${'#'.repeat(4 * 1024 * 1024)}`);
    await expect(pull('/live/index.m3u8')).rejects.toThrow('larger than 4 MiB');
  });
});

describe('operation', () => {
  it('answers health, metrics and status', async () => {
    twin.put('/live/index.m3u8', mediaText(0, 2, true));
    const base = await pull('/live/index.m3u8');
    const at = (path: string): string => new URL(`../../${path}`, base).href;
    expect(await getText(at('healthz'))).toBe('ok\n');
    await until(async () => (await status(base)).records_signed === 3);
    const metrics = await getText(at('metrics'));
    expect(metrics).toContain('shoal_records_signed_total 3');
    expect(metrics).toContain('shoal_peers 0');
    expect((await status(base)).streams[0]).toMatchObject({
      name: 'stream',
      live: false,
      ready: true,
    });
  });

  it('plays at /watch and /watch/<name>, and nothing else', async () => {
    twin.put('/live/index.m3u8', mediaText(0, 2, true));
    const base = await pull('/live/index.m3u8');
    const at = (path: string): string => new URL(`../../${path}`, base).href;
    expect(await getText(at('watch'))).toContain('"hls/stream/index.m3u8"');
    const [tag = ''] = /#EXT-X-SHOAL:.*/.exec(await getText(`${base}index.m3u8`)) ?? [];
    const said = tag.replaceAll('"', '&quot;').replace(/,RENDITION=0/, '');
    expect(await getText(at('watch/stream'))).toContain(`tag="${said}"`);
    expect(await getText(at('watch/stream'))).toContain('"../hls/stream/index.m3u8"');
    expect((await fetch(at('watch/other'))).status).toBe(404);
    expect(await getText(at(''))).toContain('href="watch/stream"');
  });
});
