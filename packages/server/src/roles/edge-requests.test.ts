import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { purgeEdges } from '../edge/purge-edges.js';
import { readKeySet } from '../tokens/key-set.js';
import { createTokenKey, mintCat, mintJwt } from '../tokens/mint.js';
import { type RunningEdge, startEdge } from './edge.js';

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

const JWKS = { keys: [createTokenKey('ed25519', 'e')] };
const E = readKeySet(JSON.stringify(JWKS), 'keys.json').get('e')!;
const until = Math.floor(Date.now() / 1000) + 3600;
const grant = (path: string) => ({ paths: [path], untilSec: until, networks: [] });
const mint = (path = '/live/') => mintJwt(grant(path), E);
const mintWriter = () => mintCat({ ...grant('/live/'), methods: ['GET', ...WRITES] }, E);
const KEPT = { 'cache-control': 'public, max-age=600' };
const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'QUERY'];

let folder: string;
let asked: { readonly req: IncomingMessage; readonly body: string }[];
let handle: Handler;
let origin: Server;
let edge: RunningEdge;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-keys-'));
  await writeFile(join(folder, 'keys.json'), JSON.stringify(JWKS));
  asked = [];
  handle = (_req, res) => res.writeHead(200, KEPT).end('x');
  origin = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    asked.push({ req, body: Buffer.concat(chunks).toString() });
    handle(req, res);
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await edge.close();
  origin.closeAllConnections();
  origin.close();
  await rm(folder, { recursive: true });
});

async function open(more: object = { tokenKeys: join(folder, 'keys.json') }): Promise<void> {
  edge = await startEdge({
    ...{ host: '127.0.0.1', port: 0, parents: [], cacheBytesMax: 10_000_000, drainMs: 1000 },
    origins: [`http://127.0.0.1:${(origin.address() as AddressInfo).port}`],
    ...{ logLevel: 'silent', forward: 'requests', admin: { host: '127.0.0.1', port: 0 } },
    ...more,
  });
}

const url = (path: string) => `http://127.0.0.1:${edge.port}${path}`;
const ask = (path: string, headers: Record<string, string> = {}) => fetch(url(path), { headers });
const purge = (order: object) =>
  purgeEdges(
    [`http://127.0.0.1:${edge.adminPort}`],
    { urls: [], prefixes: [], streams: [], tags: [], soft: false, ...order },
    undefined,
  );

describe('a request that is no question', () => {
  beforeEach(() => open());

  it.each(WRITES)('of method %s is refused without a good token', async (method) => {
    const elsewhere = await mint('/paid/');
    for (const path of [
      '/live/a',
      '/live/a?shoal-token=x',
      `/shoal-token=${elsewhere}/live/a`,
      `/shoal-token=${await mint()}/live/a`,
      `/shoal-token=${mintCat(grant('/live/'), E)}/live/a`,
      `/shoal-token=${await mint()}/live/../paid/a`,
    ]) {
      expect(await statusOf(`${method} ${path}`), path).toBe(/\.\./.test(path) ? 400 : 403);
    }
    expect(asked).toEqual([]);
  });

  it('is never passed on when it is OPTIONS, which the edge answers itself', async () => {
    expect(await statusOf('OPTIONS /live/a')).toBe(204);
    expect(asked).toEqual([]);
  });

  it.each(WRITES)('of method %s is passed on with one, without it', async (method) => {
    const token = mintWriter();
    const cookie = `Cookie: shoal-token=${token}; who=me\r\n`;
    expect(await statusOf(`${method} /shoal-token=${token}/live/a?x=1`, cookie)).toBe(200);
    const [{ req, body } = {}] = asked;
    expect([req?.method, req?.url, req?.headers.cookie, body]).toEqual([
      method,
      '/live/a?x=1',
      'who=me',
      'abc',
    ]);
    expect(req?.rawHeaders.join()).not.toContain(token);
  });

  it('makes untrue what is stored, wherever its token stands', async () => {
    const token = mintWriter();
    await ask(`/shoal-token=${token}/live/a`);
    await fetch(url(`/live/a?shoal-token=${token}`), { method: 'PUT', body: 'y' });
    await ask(`/shoal-token=${token}/live/a`);
    expect(asked.map(({ req }) => `${req.method} ${req.url}`)).toEqual([
      'GET /live/a',
      'PUT /live/a',
      'GET /live/a',
    ]);
  });

  it('is not passed on in a circle', async () => {
    const token = mintWriter();
    await statusOf(`PUT /shoal-token=${token}/live/a`);
    const loop = `CDN-Loop: ${asked[0]?.req.headers['cdn-loop']}\r\n`;
    expect(await statusOf(`PUT /shoal-token=${token}/live/a`, loop)).toBe(508);
    expect(asked).toHaveLength(1);
  });
});

describe('tokens', () => {
  const places = async (): Promise<[string, Record<string, string>][]> => {
    const [one, two] = [await mint(), await mint('/live/a')];
    const cat = mintCat(grant('/live/'), E);
    return [
      [`/shoal-token=${one}/live/a`, {}],
      [`/live/a?shoal-token=${two}`, {}],
      [`/live/a?CAT=${cat}&CMCD=bl%3D100`, {}],
      ['/live/a', { cookie: `shoal-token=${one}` }],
      ['/live/a', { cookie: `CTA-Common-Access-Token=${cat}` }],
      ['/live/a', { 'CTA-Common-Access-Token': cat }],
      [`/shoal-token=${one}/live/a`, { referer: `https://e.example/shoal-token=${one}/live/` }],
    ];
  };

  it.each([
    ['one object', KEPT],
    ['one variant', { ...KEPT, vary: 'Cookie, CTA-Common-Access-Token, Referer' }],
  ])('of all kinds are served %s, and the origin sees none', async (_what, head) => {
    await open();
    handle = (_req, res) => res.writeHead(200, head).end('x');
    for (const [path, headers] of await places()) {
      expect((await ask(path, headers)).status, path).toBe(200);
    }
    expect(asked.map(({ req }) => req.url)).toEqual(['/live/a']);
  });

  it('are in nothing that the origin is asked for', async () => {
    await open();
    handle = (_req, res) => res.writeHead(200, { 'cache-control': 'no-store' }).end('x');
    const all = await places();
    for (const [path, headers] of all) await ask(path, headers);
    expect(asked).toHaveLength(all.length);
    for (const { req } of asked) {
      expect(req.url).toBe('/live/a');
      expect(req.rawHeaders.join(' ')).not.toMatch(/shoal-token|common-access|eyJ/i);
    }
  });

  it('in cookies and their header stay here without keys too', async () => {
    await open({});
    const cookie = 'shoal-token=t; who=me; CTA-Common-Access-Token=t';
    await ask('/live/a', { cookie, 'CTA-Common-Access-Token': 't' });
    expect(asked[0]?.req.headers.cookie).toBe('who=me');
    expect(asked[0]?.req.headers['cta-common-access-token']).toBeUndefined();
  });
});

it('answers from memory on the fast lane, and asks the origin from the parser', async () => {
  await open();
  const token = await mint();
  handle = (req, res) =>
    res.writeHead(200, { ...KEPT, 'content-length': 2 }).end(req.headers['user-agent']);
  const plain = `GET /shoal-token=${token}/live/a?CMCD=bl%3D100 HTTP/1.1\r\nHost: a\r\n`;
  const request = `${plain}User-Agent: me\r\n\r\n`;
  expect(await raw(request, 2)).toMatch(/\r\n\r\nme$/);
  expect(await raw(request, 2)).toMatch(/\r\n\r\nme$/);
  expect(asked.map(({ req }) => req.url)).toEqual(['/live/a']);
});

describe('variants', () => {
  const languages = async (): Promise<string> => {
    const texts = ['de', 'fr'].map(async (language) =>
      (await ask('/a', { 'accept-language': language })).text(),
    );
    return (await Promise.all(texts)).join();
  };
  let edition: number;

  beforeEach(async () => {
    await open({});
    edition = 1;
    handle = (req, res) => {
      const language = req.headers['accept-language'];
      const head = { ...KEPT, vary: 'Accept-Language', 'cache-tag': `in-${language}`, etag: '"1"' };
      res.writeHead(200, head).end(`${language}${edition}`);
    };
    await languages();
    expect(await languages()).toBe('de1,fr1');
    edition = 2;
  });

  it.each([
    ['address', { urls: ['/a'] }, 'de2,fr2'],
    ['prefix', { prefixes: ['/'] }, 'de2,fr2'],
    ['tag', { tags: ['in-fr'] }, 'de1,fr2'],
    ['another address', { urls: ['/b'] }, 'de1,fr1'],
  ])('are purged by their %s', async (_by, order, after) => {
    await purge(order);
    expect(await languages()).toBe(after);
  });

  it('are stale after a soft purge, and stand in', async () => {
    await purge({ urls: ['/a'], soft: true });
    asked = [];
    handle = (_req, res) => res.writeHead(503).end();
    expect(await languages()).toBe('de1,fr1');
    expect(asked).toHaveLength(2);
  });
});

it('keeps nothing that was asked for before a write, though a purge let go of it', async () => {
  await open({});
  let release = (): void => {};
  handle = (_req, res) => {
    res.writeHead(200, KEPT).write('old');
    release = () => res.end();
  };
  const first = await ask('/a');
  // Of an answer under way the tags are not known here: it may be meant.
  await purge({ tags: ['other'] });
  handle = (_req, res) => res.writeHead(200, KEPT).end('new');
  await fetch(url('/a'), { method: 'PUT', body: 'new' });
  release();
  expect(await first.text()).toBe('old');
  expect(await (await ask('/a')).text()).toBe('new');
});

/** The status of one request with a small body, by the parser. */
async function statusOf(line: string, headers = ''): Promise<number> {
  const request = `${line} HTTP/1.1\r\nHost: a\r\n${headers}Connection: close\r\n`;
  return Number((await raw(`${request}Content-Length: 3\r\n\r\nabc`)).slice(9, 12));
}

/** All that comes until the end, or until a body of so many bytes. */
function raw(request: string, bodyBytes = Number.POSITIVE_INFINITY): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(edge.port, '127.0.0.1', () => socket.write(request));
    let all = '';
    socket.on('data', (chunk) => {
      all += chunk;
      const head = all.indexOf('\r\n\r\n');
      if (head >= 0 && all.length - head - 4 >= bodyBytes) socket.end();
    });
    socket.on('error', reject).on('close', () => resolve(all));
  });
}
