import { once } from 'node:events';
import { connect } from 'node:net';
import { DEFAULT_CACHE } from '@shoal/core/edge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpServer, startHttp } from '../http/server.js';
import { createAddressGuard } from '../source/address-guard.js';
import { createHttpSource, type HttpSource } from '../source/http-source.js';
import { createLog } from '../telemetry/log.js';
import { createMeters, type Meters } from '../telemetry/meters.js';
import { held, noise, startTwin, type Twin } from '../testing/twin.js';
import { createCache } from './cache.js';
import { serveObject } from './http.js';

const BODY = noise(300_000, 7);
let twin: Twin;
let source: HttpSource;
let edge: HttpServer;
let meters: Meters;
let clock = 0;
let cut = false;
let patience = { graceMs: 20_000, bytesPerSecMin: 1e9 };

beforeEach(async () => {
  twin = await startTwin();
  twin.put('/s1.m4s', BODY);
  const guard = createAddressGuard(new URL(twin.url), false);
  source = createHttpSource({ guard, userAgent: 'shoal/test', playlistMsMax: 1000 });
  meters = createMeters();
  clock = 0;
  cut = false;
  const config = { ...DEFAULT_CACHE, silenceMsMax: 1000 };
  const cache = createCache(config, meters, () => clock);
  patience = { graceMs: 20_000, bytesPerSecMin: 1e9 };
  const parts = { cache, cut: () => cut, patience };
  const handle = (call: Parameters<typeof serveObject>[0]) =>
    serveObject(call, parts, source, {
      key: call.path,
      place: { url: `${twin.url}/${call.path}`, slice: undefined },
      type: 'video/mp4',
    });
  const routes = ['s1.m4s', 'none.m4s'].map((at) => ({ at, cors: true, handle }));
  edge = await startHttp(
    { host: '127.0.0.1', port: 0 },
    { routes, upgrades: {}, log: createLog('silent'), meters },
  );
});

afterEach(async () => {
  source.close();
  await edge.close();
  await twin.close();
});

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`http://127.0.0.1:${edge.port}/${path}`, { headers, method });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

describe('one upstream fetch', () => {
  it('feeds fifty viewers who ask at once, some of them for ranges', async () => {
    twin.behave('/s1.m4s', { type: 'slow', ms: 100 });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        ask('s1.m4s', i % 5 === 0 ? { range: `bytes=${i}-${i + 9999}` } : {}),
      ),
    );
    const bodies = await Promise.all(answers.map(bytesOf));
    bodies.forEach((body, i) => {
      const wanted = i % 5 === 0 ? BODY.subarray(i, i + 10_000) : BODY;
      expect(body.equals(wanted), `viewer ${i}`).toBe(true);
    });
    expect(twin.count('/s1.m4s')).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...new Array(40).fill(200),
      ...new Array(10).fill(206),
    ]);
  });

  it('sends the beginning while the rest has not arrived', async () => {
    const { behaviour, release } = held();
    twin.behave('/s1.m4s', behaviour);
    const answer = await ask('s1.m4s');
    const reader = answer.body!.getReader();
    const first = await reader.read();
    expect(first.value).toHaveLength(10);
    release();
    let left = BODY.length - 10;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      left -= next.value.length;
    }
    expect(left).toBe(0);
  });

  it('answers from memory afterwards', async () => {
    await bytesOf(await ask('s1.m4s'));
    const again = await ask('s1.m4s');
    expect((await bytesOf(again)).equals(BODY)).toBe(true);
    expect(again.headers.get('cache-status')).toBe('shoal; hit');
    expect(twin.count('/s1.m4s')).toBe(1);
    expect(meters.totals().cache).toEqual({ hit: 1, join: 0, fill: 1, refuse: 0 });
  });
});

describe('what a viewer may ask', () => {
  it('answers ranges, suffixes and what lies outside', async () => {
    await bytesOf(await ask('s1.m4s'));
    const middle = await ask('s1.m4s', { range: 'bytes=16384-32767' });
    expect(middle.status).toBe(206);
    expect(middle.headers.get('content-range')).toBe('bytes 16384-32767/300000');
    expect((await bytesOf(middle)).equals(BODY.subarray(16_384, 32_768))).toBe(true);
    const tail = await ask('s1.m4s', { range: 'bytes=-5' });
    expect((await bytesOf(tail)).equals(BODY.subarray(-5))).toBe(true);
    const outside = await ask('s1.m4s', { range: 'bytes=300000-' });
    expect(outside.status).toBe(416);
    expect(outside.headers.get('content-range')).toBe('bytes */300000');
    expect((await ask('s1.m4s', { range: 'bytes=0-1,4-5' })).status).toBe(200);
  });

  it('answers HEAD, conditions and caching for ever', async () => {
    const first = await ask('s1.m4s');
    await bytesOf(first);
    const head = await ask('s1.m4s', {}, 'HEAD');
    expect(head.headers.get('content-length')).toBe('300000');
    expect(head.headers.get('cache-control')).toContain('immutable');
    const etag = head.headers.get('etag')!;
    expect((await ask('s1.m4s', { 'if-none-match': etag })).status).toBe(304);
    const stale = await ask('s1.m4s', { 'if-range': '"other"', range: 'bytes=0-9' });
    expect(stale.status).toBe(200);
  });

  it('lets any page read it, and answers the preflight', async () => {
    const headers = { origin: 'https://example.org', 'access-control-request-method': 'GET' };
    const preflight = await ask('s1.m4s', headers, 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Range');
    const answer = await ask('s1.m4s');
    expect(answer.headers.get('access-control-expose-headers')).toContain('Content-Range');
    await bytesOf(answer);
  });

  it('refuses other methods', async () => {
    const answer = await ask('s1.m4s', {}, 'DELETE');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toContain('GET');
  });
});

describe('an upstream that fails', () => {
  it('passes on that the object is not there, and asks again only later', async () => {
    expect((await ask('none.m4s')).status).toBe(404);
    expect((await ask('none.m4s')).status).toBe(404);
    expect(twin.count('/none.m4s')).toBe(1);
    clock += 2000;
    expect((await ask('none.m4s')).status).toBe(404);
    expect(twin.count('/none.m4s')).toBe(2);
  });

  it('says 502 for an error of the upstream, and 504 when it never answers', async () => {
    twin.behave('/s1.m4s', { type: 'status', status: 500 });
    expect((await ask('s1.m4s')).status).toBe(502);
    clock += 2000;
    twin.behave('/s1.m4s', { type: 'silent' });
    expect((await ask('s1.m4s')).status).toBe(504);
  });

  it.each(['cut', 'lying'] as const)(
    'shows the viewer a %s body as cut, and keeps none of it',
    async (type) => {
      twin.behave('/s1.m4s', { type });
      const answer = await ask('s1.m4s');
      expect(answer.status).toBe(200);
      await expect(answer.arrayBuffer()).rejects.toThrow();
      clock += 2000;
      twin.behave('/s1.m4s', undefined);
      expect((await bytesOf(await ask('s1.m4s'))).equals(BODY)).toBe(true);
    },
  );

  it('goes on for the others when one viewer leaves', async () => {
    const { behaviour, release } = held();
    twin.behave('/s1.m4s', behaviour);
    const leaving = new AbortController();
    await fetch(`http://127.0.0.1:${edge.port}/s1.m4s`, { signal: leaving.signal });
    const stays = await ask('s1.m4s');
    leaving.abort();
    release();
    expect((await bytesOf(stays)).equals(BODY)).toBe(true);
    expect(twin.count('/s1.m4s')).toBe(1);
  });
});

it('cuts a viewer that does not take what it asked for', async () => {
  twin.put('/s1.m4s', noise(30_000_000, 1));
  patience.graceMs = 200;
  const socket = connect(edge.port, '127.0.0.1');
  socket.write('GET /s1.m4s HTTP/1.1\r\nHost: a\r\n\r\n');
  // Two megabytes, and then for a while it takes no more.
  let taken = 0;
  let wants = 2_000_000;
  socket.on('data', (chunk: Buffer) => {
    taken += chunk.length;
    if (taken > wants) socket.pause();
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  wants = Number.POSITIVE_INFINITY;
  socket.resume();
  await once(socket, 'close');
  expect(taken).toBeLessThan(30_000_000);
  expect((await ask('s1.m4s', { range: 'bytes=0-9' })).status).toBe(206);
});

it('sends nothing while it is cut off', async () => {
  cut = true;
  const answer = await ask('s1.m4s');
  expect(answer.status).toBe(503);
  expect(twin.count('/s1.m4s')).toBe(0);
});
