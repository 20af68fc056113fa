import { fragmentTimes, parseMediaPlaylist, readTracks } from '@shoal/core/media';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLoopSource } from '../source/loop-source.js';
import { QUIET } from '../testing/options.js';
import { getBytes, getText } from '../testing/verifying.js';
import { CLIP, readClip, startDev } from './dev.js';
import type { RunningServer } from './options.js';

describe('the demo', () => {
  let server: RunningServer;
  let base: string;
  beforeEach(async () => {
    server = await startDev({ ...QUIET, assumeConsent: true });
    base = `http://127.0.0.1:${server.port}/`;
  });
  afterEach(() => server.close());
  const cut = (body: string, type = 'application/json') =>
    fetch(`${base}api/demo/edge`, { method: 'POST', body, headers: { 'content-type': type } });

  it('plays a live channel with a full window, and a title', async () => {
    const live = parseMediaPlaylist(await getText(`${base}hls/live/r0.m3u8`));
    expect(live.endList).toBe(false);
    expect(live.segments.length).toBe(10);
    const clip = parseMediaPlaylist(await getText(`${base}hls/clip/r0.m3u8`));
    expect(clip.endList).toBe(true);
    expect(clip.segments.length).toBe(16);
  });

  it('says loudly that it assumes consent', async () => {
    expect(server.banner).toContain('WARNING: consent is assumed');
    expect(await getText(`${base}hls/live/r0.m3u8`)).toContain('CONSENT=ASSUMED');
    expect(await getText(`${base}watch/live`)).not.toContain('"ask"');
  });

  it('cuts the edge for media only, and joins it again', async () => {
    const playlist = `${base}hls/live/r0.m3u8`;
    const [segment] = parseMediaPlaylist(await getText(playlist)).segments;
    const url = new URL(segment!.uri, playlist).href;
    expect(await (await cut('{"cut":true}')).json()).toEqual({ cut: true });
    expect((await fetch(url)).status).toBe(503);
    expect((await fetch(playlist)).status).toBe(200);
    await cut('{"cut":false}');
    expect((await fetch(url)).status).toBe(200);
  });

  it.each([
    ['text', '{"cut":true}', 'text/plain'],
    ['no JSON', 'cut', 'application/json'],
    ['another wish', '{"cut":"yes"}', 'application/json'],
    ['too much', JSON.stringify({ cut: true, more: 'x'.repeat(9000) }), 'application/json'],
  ])('is not cut by %s', async (_what, body, type) => {
    expect((await cut(body, type)).status).toBe(400);
    expect(JSON.parse(await getText(`${base}api/demo/edge`))).toEqual({ cut: false });
  });

  it('cannot be switched by the page of another site', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const answer = await fetch(`${base}api/demo/edge`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('draws the swarm', async () => {
    const picture = JSON.parse(await getText(`${base}api/demo/swarm`));
    expect(picture).toMatchObject({ cut: false, offload: 0 });
    expect(picture.streams.map(({ name }: { name: string }) => name).sort()).toEqual([
      'clip',
      'live',
    ]);
  });

  it('takes a publisher beside its clip, under another name', async () => {
    const live = { streams: [{ name: 'camera', key: 'a-key-of-my-own' }], rtmpPort: 0 };
    const beside = await startDev({ ...QUIET, live });
    expect(beside.banner).toMatch(/hls\/camera\/index\.m3u8[\s\S]*a-key-of-my-own {3}\(camera\)/);
    await beside.close();
    const taken = { ...live, streams: [{ name: 'clip' }] };
    await expect(startDev({ ...QUIET, live: taken })).rejects.toThrow('"clip" already');
  });

  it('fails in one sentence without its clip', async () => {
    await expect(startDev({ ...QUIET, clip: '/nowhere' })).rejects.toThrow('missing or damaged');
  });
});

describe('the channel', () => {
  it('has no seam where the clip begins again', async () => {
    const clip = await readClip(CLIP);
    let elapsed = 0;
    const source = createLoopSource(clip, 0, () => elapsed);
    elapsed = clip.segmentMs * clip.segments * 3;
    const never = new AbortController().signal;
    const bytes = async (name: string): Promise<Buffer> => {
      const { status, body } = await source.open(`loop://channel/${name}`, undefined, never);
      expect(status, name).toBe(200);
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    for (const rendition of clip.renditions) {
      const tracks = readTracks(await bytes(`${rendition}/init.mp4`));
      const ends = new Map<number, bigint>();
      for (let sequence = 0; sequence <= 2 * clip.segments + 1; sequence++) {
        const times = fragmentTimes(await bytes(`${rendition}/${sequence}.m4s`), tracks);
        for (const { trackId, decodeTime, duration } of times) {
          if (sequence > 0) expect(decodeTime, `${rendition} ${sequence}`).toBe(ends.get(trackId));
          ends.set(trackId, decodeTime + duration);
        }
      }
    }
  });

  it('shows nothing that has not been broadcast yet', async () => {
    const clip = await readClip(CLIP);
    let elapsed = 0;
    const source = createLoopSource(clip, 0, () => elapsed);
    const never = new AbortController().signal;
    const at = `loop://channel/${clip.renditions[0]}/${clip.window}.m4s`;
    expect((await source.open(at, undefined, never)).status).toBe(404);
    elapsed = clip.segmentMs;
    expect((await source.open(at, undefined, never)).status).toBe(200);
  });

  it.each([
    'loop://channel/../../etc/passwd',
    'loop://channel/x/0.m4s',
    'loop://channel/360p/../a',
  ])('has no %s', async (url) => {
    const source = createLoopSource(await readClip(CLIP), 0, () => 0);
    expect((await source.open(url, undefined, new AbortController().signal)).status).toBe(404);
  });
});

it('sends bytes that are those of the clip', async () => {
  const server = await startDev({ ...QUIET });
  const playlist = `http://127.0.0.1:${server.port}/hls/clip/r0.m3u8`;
  const [segment] = parseMediaPlaylist(await getText(playlist)).segments;
  const bytes = await getBytes(new URL(segment!.uri, playlist).href);
  expect(bytes.subarray(4, 8).toString()).toMatch(/styp|moof|sidx/);
  await server.close();
});
