import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PURGE_BOOK } from '../edge/purge-book.js';
import { purgeEdges } from '../edge/purge-edges.js';
import { type RunningEdge, startEdge } from './edge.js';

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

const KEPT = { 'cache-control': 'max-age=600', etag: '"1"' };
let folder: string;
let asked: string[];
let conditions: (string | undefined)[];
let handle: Handler;
let origin: Server;
let edge: RunningEdge;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-purge-'));
  [asked, conditions] = [[], []];
  handle = (req, res) => res.writeHead(200, { ...KEPT, ...tagOf(req) }).end('old');
  origin = createServer((req, res) => {
    asked.push(req.url ?? '');
    conditions.push(req.headers['if-none-match']);
    handle(req, res);
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  edge = await open();
});
afterEach(async () => {
  await edge.close();
  origin.closeAllConnections();
  origin.close();
  rmSync(folder, { recursive: true, force: true });
});

const tagOf = ({ url }: IncomingMessage): Record<string, string> =>
  url === '/n' ? { 'cache-tag': 'news' } : { 'surrogate-key': 'other' };
const open = (cacheBytesMax = 1_000_000) =>
  startEdge({
    ...{ host: '127.0.0.1', port: 0, parents: [], cacheBytesMax, drainMs: 1000 },
    origins: [`http://127.0.0.1:${(origin.address() as AddressInfo).port}`],
    ...{ logLevel: 'silent', disk: { folder, bytesMax: 10_000_000 } },
    admin: { host: '127.0.0.1', port: 0 },
  });
async function restart(): Promise<void> {
  await edge.close();
  edge = await open();
}
const get = async (path: string) => (await fetch(`http://127.0.0.1:${edge.port}${path}`)).text();
const purge = (order: object) =>
  purgeEdges(
    [`http://127.0.0.1:${edge.adminPort}`],
    { urls: [], prefixes: [], streams: [], tags: [], soft: false, ...order },
    undefined,
  );

const PATHS = ['/live/a', '/hls/tv/a', '/n', '/u?x=1', '/other'];
const ORDERS: [string, object, string][] = [
  ['address', { urls: ['/u'] }, '/u?x=1'],
  ['prefix', { prefixes: ['/live/'] }, '/live/a'],
  ['stream', { streams: ['tv'] }, '/hls/tv/a'],
  ['tag', { tags: ['news'] }, '/n'],
];

describe.each(ORDERS)('what is purged by its %s', (_by, order, meant) => {
  beforeEach(async () => {
    for (const path of PATHS) await get(path);
  });

  it('does not come back after a restart, and all else does', async () => {
    await purge(order);
    await restart();
    asked = [];
    for (const path of PATHS) await get(path);
    expect(asked).toEqual([meant]);
  });

  it('is gone though only the disk has it', async () => {
    await restart();
    await purge(order);
    asked = [];
    for (const path of PATHS) await get(path);
    expect(asked).toEqual([meant]);
  });

  it('is stale after a restart when the purge was soft', async () => {
    await purge({ ...order, soft: true });
    await restart();
    [asked, conditions] = [[], []];
    handle = (_req, res) => res.writeHead(503).end();
    for (const path of PATHS) expect(await get(path)).toBe('old');
    expect(asked).toEqual([meant]);
    expect(conditions).toEqual(['"1"']);
  });
});

it('is kept again, on disk too, when it was fetched after the purge', async () => {
  await get('/live/a');
  await purge({ prefixes: ['/live/'] });
  handle = (_req, res) => res.writeHead(200, KEPT).end('new');
  expect(await get('/live/a')).toBe('new');
  await restart();
  asked = [];
  expect(await get('/live/a')).toBe('new');
  expect(asked).toEqual([]);
});

it.each([false, true])('is not put on disk when it was under way (soft: %s)', async (soft) => {
  let release = (): void => {};
  handle = (_req, res) => {
    res.writeHead(200, { ...KEPT, 'content-length': 6 }).write('old');
    release = () => res.end('old');
  };
  const first = await fetch(`http://127.0.0.1:${edge.port}/a`);
  await purge({ urls: ['/a'], soft });
  release();
  expect(await first.text()).toBe('oldold');
  handle = (_req, res) => res.writeHead(200, KEPT).end('new');
  await restart();
  expect(await get('/a')).toBe('new');
});

it('by a tag does not come back when a renewal under way gives another tag', async () => {
  handle = (_req, res) =>
    res.writeHead(200, { 'cache-control': 'max-age=0', etag: '"1"', 'cache-tag': 't' }).end('old');
  await get('/a');
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    handle = (_req, res) => {
      resolve();
      release = () => res.writeHead(304, { ...KEPT, 'cache-tag': 'u' }).end();
    };
  });
  const renewed = get('/a');
  await held;
  await purge({ tags: ['t'] });
  release();
  expect(await renewed).toBe('old');
  handle = (_req, res) => res.writeHead(200, KEPT).end('new');
  expect(await get('/a')).toBe('new');
  await restart();
  expect(await get('/a')).toBe('new');
});

it('trusts nothing on disk when what was purged of it is not known any more', async () => {
  await get('/a');
  await edge.close();
  rmSync(join(folder, PURGE_BOOK));
  edge = await open();
  handle = (_req, res) => res.writeHead(200, KEPT).end('new');
  expect(await get('/a')).toBe('new');
});

it('forgets files without a book that it knows', async () => {
  await get('/a');
  await edge.close();
  const path = join(folder, PURGE_BOOK);
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(/"id":"(.)/, (_all, one) => `"id":"${one === 'a' ? 'b' : 'a'}`),
  );
  edge = await open();
  await get('/a');
  const objects = readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => statSync(name).isFile() && !name.endsWith(PURGE_BOOK));
  expect(asked).toEqual(['/a', '/a']);
  expect(objects.length).toBeLessThanOrEqual(1);
});
