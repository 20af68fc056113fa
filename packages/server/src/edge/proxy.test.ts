import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { DEFAULT_CACHE, DEFAULT_LIFETIME } from '@shoal/core/edge';
import { Ms } from '@shoal/core/units';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpServer, startHttp } from '../http/server.js';
import { createLog } from '../telemetry/log.js';
import { createMeters } from '../telemetry/meters.js';
import { noise } from '../testing/twin.js';
import { type AnswerParts, answer } from './answer.js';
import { createProxy } from './proxy.js';
import { createUpstreams, type Upstreams } from './upstreams.js';

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

const BODY = noise(200_000, 3);
const LARGE = noise(3_000_000, 5);
const PLAYLIST = `#EXTM3U\n#EXT-X-TARGETDURATION:4\n${'#EXTINF:4,\ns.m4s\n'.repeat(100)}`;
let clock: number;
let asked: IncomingMessage[];
let handle: Handler;
let origin: Server;
let upstreams: Upstreams;
let edge: HttpServer;

beforeEach(async () => {
  clock = 0;
  asked = [];
  handle = (_req, res) => res.writeHead(200, { 'cache-control': 'max-age=10' }).end(BODY);
  origin = await listening((req, res) => handle(req, res));
  await openEdge([urlOf(origin)]);
});

afterEach(async () => {
  upstreams.close();
  await edge.close();
  await closed(origin);
});

describe('one fetch', () => {
  it('feeds everybody while it arrives, ranges too', async () => {
    let release = (): void => {};
    handle = (_req, res) => {
      res.writeHead(200, { 'content-length': BODY.length, 'cache-control': 'max-age=10' });
      res.write(BODY.subarray(0, 1000));
      release = () => res.end(BODY.subarray(1000));
    };
    const first = await ask('/s.m4s');
    const joins = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        ask('/s.m4s', i % 3 === 0 ? { range: `bytes=${i}-${i + 99}` } : {}),
      ),
    );
    expect(joins[0]?.status).toBe(206);
    expect(joins[1]?.headers.get('cache-status')).toContain('collapsed');
    expect((await bytes(joins[0])).equals(BODY.subarray(0, 100))).toBe(true);
    release();
    for (const one of [first, ...joins.filter((_, i) => i % 3 !== 0)]) {
      expect((await bytes(one)).equals(BODY)).toBe(true);
    }
    expect(asked).toHaveLength(1);
  });

  it('keeps a query in the key, so that each part of low latency HLS is one object', async () => {
    for (const query of ['?_HLS_msn=7&_HLS_part=1', '?_HLS_msn=7&_HLS_part=2', '']) {
      await bytes(await ask(`/a.m3u8${query}`));
      await bytes(await ask(`/a.m3u8${query}`));
    }
    expect(asked.map(({ url }) => url)).toEqual([
      '/a.m3u8?_HLS_msn=7&_HLS_part=1',
      '/a.m3u8?_HLS_msn=7&_HLS_part=2',
      '/a.m3u8',
    ]);
  });

  it('is not shared when the answer is private', async () => {
    handle = (_req, res) => {
      res.writeHead(200, { 'cache-control': 'private' }).end(`${asked.length}`);
    };
    const [a, b] = await Promise.all([ask('/me'), ask('/me')]);
    expect(new Set([await a.text(), await b.text()]).size).toBe(2);
  });

  it('sends nothing of a viewer to the origin but the address', async () => {
    const hostile = {
      cookie: 'who=me',
      authorization: 'Bearer x',
      'x-forwarded-host': 'evil.example',
      'x-original-url': '/admin',
      'accept-language': 'xx',
    };
    await bytes(await ask('/s.m4s', hostile));
    const { host, 'cdn-loop': loop, ...rest } = asked[0]?.headers ?? {};
    expect(host).toBe(new URL(urlOf(origin)).host);
    expect(loop).toBe('edge-1');
    expect(Object.keys(rest).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'user-agent',
      'via',
    ]);
  });
});

describe('freshness', () => {
  it('answers from memory with its age, and asks again after its time', async () => {
    await bytes(await ask('/s.m4s'));
    clock = 9000;
    const hit = await ask('/s.m4s');
    expect(hit.headers.get('age')).toBe('9');
    expect(hit.headers.get('cache-status')).toMatch(/^shoal; hit; ttl=[01]$/);
    clock = 10_500;
    await bytes(await ask('/s.m4s'));
    expect(asked).toHaveLength(2);
  });

  it('renews by a condition, without the bytes', async () => {
    handle = (req, res) => {
      if (req.headers['if-none-match'] === '"v1"') {
        res.writeHead(304, { etag: '"v1"', 'cache-control': 'max-age=10' }).end();
      } else res.writeHead(200, { etag: '"v1"', 'cache-control': 'max-age=10' }).end(BODY);
    };
    await bytes(await ask('/s.m4s'));
    clock = 11_000;
    const renewed = await ask('/s.m4s');
    expect(renewed.headers.get('cache-status')).toBe('shoal; fwd=stale; fwd-status=304');
    expect((await bytes(renewed)).equals(BODY)).toBe(true);
    clock = 20_000;
    expect((await ask('/s.m4s')).headers.get('cache-status')).toContain('hit');
    expect(asked).toHaveLength(2);
  });

  it('takes half a target duration for a live playlist that says nothing', async () => {
    handle = (_req, res) => res.end(PLAYLIST);
    await bytes(await ask('/a.m3u8'));
    clock = 1900;
    await bytes(await ask('/a.m3u8'));
    expect(asked).toHaveLength(1);
    clock = 2100;
    await bytes(await ask('/a.m3u8'));
    expect(asked).toHaveLength(2);
  });

  it('sends what is stale while it is renewed, once', async () => {
    handle = (_req, res) => {
      res.writeHead(200, { 'cache-control': 'max-age=1, stale-while-revalidate=60' });
      res.end(`${asked.length}`);
    };
    expect(await (await ask('/n')).text()).toBe('1');
    clock = 2000;
    expect(await (await ask('/n')).text()).toBe('1');
    await until(async () => (await (await ask('/n')).text()) === '2');
    expect(asked).toHaveLength(2);
  });
});

describe('an origin that fails', () => {
  it.each([
    ['says that it cannot', (_req, res) => void res.writeHead(503).end('no')],
    ['cuts the connection', (req) => void req.socket.destroy()],
    ['never answers', () => {}],
  ] as [string, Handler][])('%s: the last answer stands in', async (_what, failing) => {
    handle = (_req, res) => res.end(PLAYLIST);
    await bytes(await ask('/a.m3u8'));
    clock = 4500;
    handle = failing;
    const answered = await ask('/a.m3u8');
    expect(answered.headers.get('cache-status')).toContain('detail=stand-in');
    expect(await answered.text()).toBe(PLAYLIST);
  });

  it('is asked once a second for what it does not have', async () => {
    handle = (_req, res) => res.writeHead(404).end('none');
    for (let i = 0; i < 5; i += 1) expect((await ask('/none.m4s')).status).toBe(404);
    expect(asked).toHaveLength(1);
    clock = 1100;
    expect((await ask('/none.m4s')).status).toBe(404);
    expect(asked).toHaveLength(2);
  });

  it('is asked once a second while it is broken', async () => {
    handle = (_req, res) => res.writeHead(500).end('trace');
    for (let i = 0; i < 5; i += 1) expect((await ask('/s.m4s')).status).toBe(500);
    expect(asked).toHaveLength(1);
  });

  it('announces more than it sends: the viewer sees a cut, and none of it is kept', async () => {
    handle = (_req, res) => {
      res.writeHead(200, { 'content-length': 300_000, 'cache-control': 'max-age=10' });
      res.write(BODY, () => res.destroy());
    };
    await expect(ask('/s.m4s').then(bytes)).rejects.toThrow();
    handle = (_req, res) => res.writeHead(200, { 'cache-control': 'max-age=10' }).end(BODY);
    clock = 5000;
    expect((await bytes(await ask('/s.m4s'))).equals(BODY)).toBe(true);
  });

  it('sends an encoding that was not asked for: it is passed on unread, never unpacked', async () => {
    handle = (_req, res) => {
      const type = { 'content-type': 'text/x', 'content-length': 4 };
      res.writeHead(200, { 'content-encoding': 'gzip', ...type }).end('bomb');
    };
    for (let turn = 0; turn < 2; turn += 1) {
      const { head, body } = await rawAsk('/a.m3u8', '');
      expect(head).toContain('content-encoding: gzip');
      expect(body.toString()).toBe('bomb');
    }
    clock = 1500;
    await rawAsk('/a.m3u8', '');
    expect(asked).toHaveLength(2);
  });

  it('sends viewers elsewhere: the redirect is passed on and never followed', async () => {
    handle = (_req, res) => res.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    const moved = await fetch(`${edgeUrl()}/s.m4s`, { redirect: 'manual' });
    expect(moved.status).toBe(302);
    expect(moved.headers.get('location')).toBe('http://169.254.169.254/');
    expect(asked).toHaveLength(1);
  });

  it('sends viewers to another place of its own: they come there through the edge', async () => {
    handle = (_req, res) => res.writeHead(301, { location: `${urlOf(origin)}/t.m4s?a=b` }).end();
    const moved = await fetch(`${edgeUrl()}/s.m4s`, { redirect: 'manual' });
    expect(moved.headers.get('location')).toBe('/t.m4s?a=b');
  });
});

describe('an object without a length', () => {
  it('is fed while it arrives, is whole for those who want a range, and is kept', async () => {
    let release = (): void => {};
    handle = (_req, res) => {
      res.writeHead(200, { 'cache-control': 'max-age=10' }).write(BODY.subarray(0, 1000));
      release = () => res.end(BODY.subarray(1000));
    };
    const first = await ask('/s.m4s');
    expect(first.headers.get('content-length')).toBeNull();
    const range = ask('/s.m4s', { range: 'bytes=1500-1599' });
    release();
    expect((await range).status).toBe(206);
    expect((await bytes(await range)).equals(BODY.subarray(1500, 1600))).toBe(true);
    expect((await bytes(first)).equals(BODY)).toBe(true);
    expect((await ask('/s.m4s')).headers.get('cache-status')).toContain('hit');
    expect(asked).toHaveLength(1);
  });
});

describe('an object too large to hold', () => {
  it.each([
    ['of known length', { 'content-length': LARGE.length }],
    ['of unknown length', {}],
  ])('%s passes through, whole and not kept', async (_what, length) => {
    handle = (_req, res) => {
      res.writeHead(200, { 'cache-control': 'max-age=10', ...length }).end(LARGE);
    };
    for (let turn = 1; turn <= 2; turn += 1) {
      const answered = await ask('/large.mp4');
      expect(answered.headers.get('cache-status')).not.toContain('stored');
      expect((await bytes(answered)).equals(LARGE)).toBe(true);
      expect(asked).toHaveLength(turn);
    }
  });

  it('is not fetched further when its viewer leaves', async () => {
    const { promise: cut, resolve } = deferred();
    handle = (req, res) => {
      req.socket.on('close', () => resolve());
      res.writeHead(200, { 'content-length': 1e9 });
      const more = (): void => {
        while (res.write(LARGE));
      };
      res.on('drain', more);
      more();
    };
    const leaving = new AbortController();
    await fetch(`${edgeUrl()}/large.mp4`, { signal: leaving.signal });
    leaving.abort();
    await cut;
    expect(asked).toHaveLength(1);
  });

  it('is what does not fit beside the other fetches under way', async () => {
    const released: (() => void)[] = [];
    handle = (_req, res) => {
      res.writeHead(200, { 'content-length': BODY.length, 'cache-control': 'max-age=10' });
      res.write(BODY.subarray(0, 1000));
      released.push(() => res.end(BODY.subarray(1000)));
    };
    const answers = [];
    for (let i = 0; i < 6; i += 1) answers.push(await ask(`/${i}.m4s`));
    for (const release of released) release();
    for (const one of answers) expect((await bytes(one)).equals(BODY)).toBe(true);
    const held = await Promise.all([0, 1, 2, 3, 4, 5].map((i) => ask(`/${i}.m4s`)));
    const hits = held.map(({ headers }) => headers.get('cache-status')?.includes('hit'));
    expect(hits).toEqual([true, true, true, true, true, false]);
    released.at(-1)?.();
  });
});

describe('several upstreams', () => {
  it('falls through to the next, and lets the first rest', async () => {
    const dead = await listening(() => {});
    const deadUrl = urlOf(dead);
    await closed(dead);
    upstreams.close();
    await edge.close();
    await openEdge([deadUrl, urlOf(origin)]);
    expect((await bytes(await ask('/s.m4s'))).equals(BODY)).toBe(true);
    expect(upstreams.status().map(({ failures }) => failures)).toEqual([1, 0]);
    await bytes(await ask('/t.m4s'));
    expect(upstreams.status().map(({ failures }) => failures)).toEqual([1, 0]);
  });

  it('refuses a loop', async () => {
    const looped = await ask('/s.m4s', { 'cdn-loop': 'other, edge-1' });
    expect(looped.status).toBe(508);
    expect(asked).toHaveLength(0);
    await bytes(await ask('/s.m4s', { 'cdn-loop': 'other' }));
    expect(asked[0]?.headers['cdn-loop']).toBe('other, edge-1');
  });
});

it('packs playlists for those who take it, and nothing else', async () => {
  handle = (_req, res) => res.writeHead(200, { 'cache-control': 'max-age=10' }).end(PLAYLIST);
  await bytes(await ask('/a.m3u8'));
  const raw = await rawAsk('/a.m3u8', 'Accept-Encoding: gzip\r\nX-Other: 1\r\n');
  expect(raw.head).toContain('content-encoding: gzip');
  expect(raw.head.toLowerCase()).toContain('vary: accept-encoding');
  expect(gunzipSync(raw.body).toString()).toBe(PLAYLIST);
  const plain = await rawAsk('/a.m3u8', 'Accept-Encoding: gzip;q=0\r\nX-Other: 1\r\n');
  expect(plain.body.toString()).toBe(PLAYLIST);
});

it('keeps cookies and ways past it from viewers', async () => {
  handle = (_req, res) => {
    res.writeHead(200, { 'set-cookie': 'a=b', 'alt-svc': 'h3=":443"', 'x-own': '1' }).end(BODY);
  };
  const { headers } = await ask('/s.m4s');
  expect([headers.get('set-cookie'), headers.get('alt-svc')]).toEqual([null, null]);
  expect(headers.get('x-own')).toBe('1');
});

it.each(['/../etc/passwd', '/%2e%2e/etc/passwd', '/a%00', '/a//b', 'http://10.0.0.1/a', '//h/a'])(
  'never asks an upstream for %s',
  async (target) => {
    expect((await rawAsk(target, '')).head).toContain('HTTP/1.1 400');
    expect(asked).toHaveLength(0);
  },
);

async function openEdge(urls: readonly string[]): Promise<void> {
  const now = (): number => clock;
  const [log, meters] = [createLog('silent'), createMeters()];
  upstreams = createUpstreams({ urls: urls.map((url) => new URL(url)), now });
  const proxy = createProxy({
    upstreams,
    config: { ...DEFAULT_CACHE, objectBytesMax: 900_000, fillBytesMax: 1_100_000 },
    // The origin's clock is that of the day; ages count from arrival.
    wall: () => 0,
    life: { ...DEFAULT_LIFETIME, cutOffMs: Ms(50) },
    id: 'edge-1',
    meters,
    log,
    now,
  });
  const patience = { graceMs: 20_000, bytesPerSecMin: 1000 };
  const parts: AnswerParts = { proxy, id: 'edge-1', patience, now };
  const rest = {
    at: '*',
    cors: true,
    handle: (call: Parameters<typeof answer>[0]) => answer(call, parts),
  };
  edge = await startHttp(
    { host: '127.0.0.1', port: 0 },
    { routes: [], rest, upgrades: {}, log, meters },
  );
}

const edgeUrl = (): string => `http://127.0.0.1:${edge.port}`;

function ask(target: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(edgeUrl() + target, { headers });
}

async function bytes(answered: Response | undefined): Promise<Buffer> {
  return Buffer.from((await answered?.arrayBuffer()) ?? new ArrayBuffer(0));
}

async function listening(handler: Handler): Promise<Server> {
  const server = createServer((req, res) => {
    asked.push(req);
    handler(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function until(done: () => unknown): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    if ((await done()) === true) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function rawAsk(target: string, headers: string): Promise<{ head: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const socket = connect(edge.port, '127.0.0.1');
    socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n${headers}Connection: close\r\n\r\n`);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
    socket.on('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      resolve({ head: all.toString('latin1', 0, end), body: all.subarray(end + 4) });
    });
  });
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
