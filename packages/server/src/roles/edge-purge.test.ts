import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PURGES_MAX, readPurges } from '../edge/purge.js';
import { purgeEdges } from '../edge/purge-edges.js';
import { type RunningEdge, startEdge } from './edge.js';

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

let asked: string[];
let conditions: (string | undefined)[];
let handle: Handler;
let origin: Server;
let edge: RunningEdge;

beforeEach(async () => {
  [asked, conditions] = [[], []];
  handle = (_req, res) =>
    res.writeHead(200, { 'cache-control': 'max-age=600' }).end(`v${asked.length}`);
  origin = createServer((req, res) => {
    asked.push(req.url ?? '');
    conditions.push(req.headers['if-none-match']);
    handle(req, res);
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  edge = await startEdge(options());
});
afterEach(async () => {
  await edge.close();
  origin.closeAllConnections();
  origin.close();
});

const options = (token?: string) => ({
  host: '127.0.0.1',
  port: 0,
  origins: [`http://127.0.0.1:${(origin.address() as AddressInfo).port}`],
  parents: [],
  cacheBytesMax: 64 * 1024 * 1024,
  drainMs: 60_000,
  logLevel: 'silent' as const,
  admin: { host: '127.0.0.1', port: 0, token },
});
const get = async (path: string, port = edge.port) =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).text();
const adminOf = (of: RunningEdge) => `http://127.0.0.1:${of.adminPort}`;
const NOTHING = { urls: [], prefixes: [], streams: [], tags: [], soft: false };
const purge = (order: object, token?: string) =>
  purgeEdges([adminOf(edge)], { ...NOTHING, ...order }, token);

describe('a purge', () => {
  it('by address forgets it with any query, and nothing else', async () => {
    for (const path of ['/a', '/a?x=1', '/ab', '/b']) await get(path);
    expect(await purge({ urls: ['https://edge.example.org/a'] })).toEqual([
      { edge: adminOf(edge), objects: 2 },
    ]);
    asked = [];
    for (const path of ['/a', '/a?x=1', '/ab', '/b']) await get(path);
    expect(asked).toEqual(['/a', '/a?x=1']);
  });

  it('by prefix, stream or tag forgets what it means', async () => {
    handle = (req, res) => {
      const tags = req.url === '/n' ? { 'cache-tag': 'news, x', 'surrogate-key': 'y z' } : {};
      res.writeHead(200, { 'cache-control': 'max-age=600', ...tags }).end('x');
    };
    const all = ['/live/a', '/hls/tv/a', '/records/tv?since=1', '/hls/tv2/a', '/n'];
    for (const path of all) await get(path);
    asked = [];
    expect(await purge({ prefixes: ['/live/'], streams: ['tv'], tags: ['z'] })).toMatchObject([
      { objects: 4 },
    ]);
    for (const path of all) await get(path);
    expect(asked).toEqual(['/live/a', '/hls/tv/a', '/records/tv?since=1', '/n']);
  });

  it('that is soft asks anew by a condition, and lets the old one stand in', async () => {
    handle = (_req, res) =>
      res.writeHead(200, { 'cache-control': 'max-age=600', etag: '"1"' }).end('old');
    await get('/a');
    expect(await purge({ prefixes: ['/'], soft: true })).toMatchObject([{ objects: 1 }]);
    handle = (_req, res) => res.writeHead(503).end();
    expect(await get('/a')).toBe('old');
    expect(conditions).toEqual([undefined, '"1"']);
    // Without a purge that is soft nothing stands in.
    await purge({ prefixes: ['/'] });
    expect((await fetch(`http://127.0.0.1:${edge.port}/a`)).status).toBe(503);
  });

  it('forgets failures too', async () => {
    handle = (_req, res) => res.writeHead(500).end();
    await get('/a');
    handle = (_req, res) => res.writeHead(200, { 'cache-control': 'max-age=600' }).end('there');
    await purge({ urls: ['/a'] });
    expect(await get('/a')).toBe('there');
  });
});

describe('what is under way when a purge comes', () => {
  const begun = async (headers: Record<string, string> = {}) => {
    let release = (): void => {};
    handle = (_req, res) => {
      res.writeHead(200, { 'cache-control': 'max-age=600', 'content-length': 6, ...headers });
      res.write('old');
      release = () => res.end('old');
    };
    const first = await fetch(`http://127.0.0.1:${edge.port}/a`);
    handle = (_req, res) => res.writeHead(200, { 'cache-control': 'max-age=600' }).end('new');
    return { first, release };
  };

  it.each<[string, object, Record<string, string>]>([
    ['address', { urls: ['/a'] }, {}],
    ['prefix', { prefixes: ['/'] }, {}],
    ['tag', { tags: ['t'] }, { 'cache-tag': 't' }],
  ])('by its %s is given to who waited, and never kept', async (_by, order, headers) => {
    const { first, release } = await begun(headers);
    await purge(order);
    // Who comes now gets the new one, though the old one is still arriving.
    expect(await get('/a')).toBe('new');
    release();
    expect(await first.text()).toBe('oldold');
    expect(await get('/a')).toBe('new');
    expect(asked).toHaveLength(2);
  });

  it('is kept when the purge did not mean it', async () => {
    const { first, release } = await begun({ 'cache-tag': 't' });
    await purge({ tags: ['u'], urls: ['/b'] });
    release();
    expect(await first.text()).toBe('oldold');
    expect(await get('/a')).toBe('oldold');
    expect(asked).toHaveLength(1);
  });

  it('is stale when the purge was soft', async () => {
    const { first, release } = await begun({ etag: '"1"' });
    await purge({ urls: ['/a'], soft: true });
    release();
    await first.text();
    await get('/a');
    expect(conditions).toEqual([undefined, '"1"']);
  });

  it('is not kept when a renewal was under way', async () => {
    handle = (_req, res) =>
      res.writeHead(200, { 'cache-control': 'max-age=0', etag: '"1"' }).end('old');
    await get('/a');
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      handle = (_req, res) => {
        resolve();
        release = () => res.writeHead(304, { 'cache-control': 'max-age=600', etag: '"1"' }).end();
      };
    });
    const renewed = get('/a');
    await held;
    await purge({ urls: ['/a'] });
    release();
    expect(await renewed).toBe('old');
    handle = (_req, res) => res.writeHead(200, { 'cache-control': 'max-age=600' }).end('new');
    expect(await get('/a')).toBe('new');
  });
});

describe('several edges', () => {
  it('do it at once, and each is told of', async () => {
    const other = await startEdge(options('a-token-of-the-admin'));
    await Promise.all([get('/a'), get('/a', other.port)]);
    const outcomes = await purgeEdges(
      [adminOf(edge), adminOf(other), 'http://127.0.0.1:1'],
      { ...NOTHING, urls: ['/a'] },
      'a-token-of-the-admin',
    );
    expect(outcomes).toEqual([
      { edge: adminOf(edge), objects: 1 },
      { edge: adminOf(other), objects: 1 },
      { edge: 'http://127.0.0.1:1', trouble: expect.stringContaining('not reached') },
    ]);
    await other.close();
  });

  it.each([
    [['x'], { urls: ['/a'] }, '--edge must be an address'],
    [['http://127.0.0.1:1'], {}, 'say what: --url'],
  ])('%j with %j is refused with a sentence', async (edges, order, words) => {
    await expect(purgeEdges(edges, { ...NOTHING, ...order }, undefined)).rejects.toThrow(words);
  });
});

describe('strangers', () => {
  const post = (headers: Record<string, string>, body = '{"urls":["/a"]}', of = edge) =>
    fetch(`${adminOf(of)}/api/purge`, { method: 'POST', headers, body });
  const json = { 'content-type': 'application/json' };

  it('cannot purge without the token', async () => {
    const guarded = await startEdge(options('a-token-of-the-admin'));
    for (const authorization of ['', 'Bearer ', 'Bearer a-token-of-the-admi', 'Basic YTpi']) {
      expect((await post({ ...json, authorization }, undefined, guarded)).status).toBe(401);
    }
    const right = { ...json, authorization: 'Bearer a-token-of-the-admin' };
    expect((await post(right, undefined, guarded)).status).toBe(200);
    await guarded.close();
  });

  it('on pages in a browser of this machine cannot purge', async () => {
    expect((await post({ 'content-type': 'text/plain' })).status).toBe(415);
    const preflight = await fetch(`${adminOf(edge)}/api/purge`, { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    const socket = connect(edge.adminPort!, '127.0.0.1');
    const text = 'POST /api/purge HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json';
    socket.write(`${text}\r\nContent-Length: 15\r\n\r\n{"urls":["/a"]}`);
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 403/);
    socket.destroy();
  });

  it('cannot purge where viewers ask, or by reading', async () => {
    const answer = await fetch(`http://127.0.0.1:${edge.port}/api/purge`, {
      method: 'POST',
      headers: json,
      body: '{}',
    });
    expect(answer.status).toBe(405);
    expect((await fetch(`${adminOf(edge)}/api/purge`)).status).toBe(405);
  });

  it('cannot be let in by mistake', async () => {
    const admin = { host: '0.0.0.0', port: 0 };
    await expect(startEdge({ ...options(), admin })).rejects.toThrow('can be reached by others');
    await expect(startEdge(options('short'))).rejects.toThrow('too short');
  });
});

describe('an order', () => {
  it.each<[unknown, string]>([
    [undefined, 'send JSON'],
    [null, 'send JSON'],
    [{}, 'name urls, prefixes'],
    [{ urls: 'x' }, 'urls'],
    [{ urls: ['x'] }, 'urls.0: must be a path'],
    [{ urls: ['/a b'] }, 'urls.0: must be a path'],
    [{ urls: ['ftp://h/a'] }, 'urls.0: must be a path'],
    [{ prefixes: [''] }, 'prefixes.0'],
    [{ streams: ['../x'] }, 'streams.0: must be the name'],
    [{ tags: ['a b'] }, 'tags.0: must be one tag'],
    [{ tags: ['a'], hard: true }, 'hard'],
    [{ tags: ['a'], soft: 'yes' }, 'soft'],
    [{ tags: new Array(PURGES_MAX + 1).fill('a') }, 'tags'],
    [{ tags: new Array(PURGES_MAX).fill('a'), urls: ['/a'] }, 'things at most'],
  ])('such as %j is refused', (json, words) => {
    expect(readPurges(json)).toContain(words);
  });
});
