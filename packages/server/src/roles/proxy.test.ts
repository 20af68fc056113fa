import { once } from 'node:events';
import { parseMediaPlaylist, parseShoalTag } from '@shoal/core/media';
import { decodeFromTracker, encodeToTracker } from '@shoal/core/wire';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { QUIET } from '../testing/options.js';
import { type PrefixProxy, startPrefixProxy } from '../testing/prefix-proxy.js';
import { describes, getBytes, getRecords, getText } from '../testing/verifying.js';
import { startDev } from './dev.js';
import type { RunningServer } from './options.js';

let server: RunningServer;
let proxy: PrefixProxy | undefined;
afterEach(async () => {
  await proxy?.close();
  await server.close();
});

/** Follows what pages and playlists name, as a browser at `base` would, and nothing else. */
async function walk(base: string): Promise<void> {
  const watch = await getText(`${base}watch/clip`);
  const src = /<(?:shoal-player|video) src="([^"]+)"/.exec(watch)?.[1] ?? '';
  const main = new URL(src, `${base}watch/clip`).href;
  expect(main.startsWith(base)).toBe(true);
  const variant = (await getText(main)).split('\n').find((line) => line.endsWith('.m3u8'))!;
  const playlist = new URL(variant, main).href;
  const text = await getText(playlist);
  const first = parseMediaPlaylist(text).segments[0]!;
  const bytes = await getBytes(new URL(first.uri, playlist).href);
  const { tag, records } = await getRecords(playlist, 0);
  expect(describes(tag, records[0]!, bytes)).toBe(true);
  const [tracker = ''] = parseShoalTag(text)?.trackers ?? [];
  const at = new URL(tracker, playlist);
  at.protocol = at.protocol.replace('http', 'ws');
  const socket = new WebSocket(at);
  await once(socket, 'open');
  const { epoch } = tag;
  const streamId = records[0]!.record.streamId;
  const join = { type: 'join', version: 1, versionMin: 1, streamId, epoch } as const;
  const more = { resume: undefined, uploads: true, uplink: 0, token: '' };
  socket.send(encodeToTracker({ ...join, ...more }));
  const [welcome] = await once(socket, 'message');
  expect(decodeFromTracker(welcome).type).toBe('welcome');
  socket.terminate();
}

it('works at the root of its own port', async () => {
  server = await startDev({ ...QUIET });
  await walk(`http://127.0.0.1:${server.port}/`);
});

it('works behind a proxy on another host, port and path prefix', async () => {
  server = await startDev({ ...QUIET });
  proxy = await startPrefixProxy(server.port, '/tv/shoal/');
  await walk(proxy.url);
});

it('names its public address when it is given one', async () => {
  server = await startDev({ ...QUIET, publicUrl: 'https://example.org/tv' });
  const text = await getText(`http://127.0.0.1:${server.port}/hls/live/r0.m3u8`);
  const tag = parseShoalTag(text);
  expect(tag?.records).toBe('https://example.org/tv/records/live');
  expect(tag?.trackers).toEqual(['wss://example.org/tv/tracker']);
  expect(server.banner).toContain('https://example.org/tv/');
});
