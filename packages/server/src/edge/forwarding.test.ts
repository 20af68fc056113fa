import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEdge } from '../roles/edge.js';
import type { RunningServer } from '../roles/options.js';

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

let asked: { readonly req: IncomingMessage; readonly body: string }[];
let handle: Handler;
let origin: Server;
let edge: RunningServer;

beforeEach(async () => {
  asked = [];
  origin = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    asked.push({ req, body: Buffer.concat(chunks).toString() });
    handle(req, res);
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  edge = await startEdge({
    ...{ host: '127.0.0.1', port: 0, parents: [], cacheBytesMax: 10_000_000, drainMs: 1000 },
    origins: [`http://127.0.0.1:${(origin.address() as AddressInfo).port}`],
    ...{ logLevel: 'silent', forward: 'requests' },
  });
});

afterEach(async () => {
  await edge.close();
  await new Promise((resolve) => origin.close(resolve).closeAllConnections());
});

describe('answers that differ by viewer', () => {
  beforeEach(() => {
    handle = (req, res) => {
      const language = req.headers['accept-language'] ?? 'none';
      res.writeHead(200, { 'cache-control': 'max-age=10', vary: 'Accept-Language' }).end(language);
    };
  });

  it('are kept apart, and each is kept', async () => {
    for (const language of ['de', 'fr', 'de', 'fr', 'DE']) {
      expect(await text('/a', { 'accept-language': language })).toBe(language.toLowerCase());
    }
    expect(asked).toHaveLength(2);
  });

  it('are not given to those who wait for another one', async () => {
    const languages = ['de', 'fr', 'de', 'fr', 'it', 'it'];
    const texts = languages.map((language) => text('/a', { 'accept-language': language }));
    expect(await Promise.all(texts)).toEqual(languages);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('all go when their address is written to', async () => {
    await text('/a', { 'accept-language': 'de' });
    const written = await fetch(`${url()}/a`, { method: 'PUT', body: 'new' });
    expect(written.status).toBe(200);
    await text('/a', { 'accept-language': 'de' });
    expect(asked.map(({ req }) => req.method)).toEqual(['GET', 'PUT', 'GET']);
    expect(asked[1]?.body).toBe('new');
  });
});

describe('who asks', () => {
  it('is told, and gets what is private alone', async () => {
    handle = (req, res) => res.writeHead(200, { 'set-cookie': 'a=b' }).end(req.headers.cookie);
    const texts = ['who=me', 'who=you'].map((cookie) => text('/a', { cookie }));
    expect(await Promise.all(texts)).toEqual(['who=me', 'who=you']);
  });

  it('shares what the origin allows, but never its cookies', async () => {
    handle = (_req, res) =>
      res.writeHead(200, { 'cache-control': 'public, max-age=9', 'set-cookie': 'a=b' }).end('x');
    const first = await fetch(`${url()}/a`, { headers: { authorization: 'me' } });
    expect(first.headers.get('set-cookie')).toBeNull();
    expect(await text('/a', {})).toBe('x');
    expect(asked).toHaveLength(1);
  });

  it('gets its cookies with an answer of its own', async () => {
    handle = (_req, res) => res.writeHead(200, { 'set-cookie': ['a=b', 'c=d'] }).end('x');
    const { headers } = await fetch(`${url()}/a`, { method: 'POST', body: 'login' });
    expect(headers.getSetCookie()).toEqual(['a=b', 'c=d']);
  });

  it('cannot make an error of its own an error for all', async () => {
    handle = (req, res) => res.writeHead(req.headers['x-bad'] === '1' ? 500 : 200).end('x');
    expect((await fetch(`${url()}/a`, { headers: { 'x-bad': '1' } })).status).toBe(500);
    expect((await fetch(`${url()}/a`)).status).toBe(200);
  });

  it('cannot have the origin read another address than the one in the key', async () => {
    handle = (_req, res) => res.end('x');
    await text('/a', { 'x-original-url': '/admin', 'x-forwarded-host': 'evil.example', own: '1' });
    const headers = asked[0]?.req.headers ?? {};
    expect([headers['x-original-url'], headers['x-forwarded-host']]).toEqual([
      undefined,
      undefined,
    ]);
    expect(headers.own).toBe('1');
  });
});

it('changes what the answer to a write names', async () => {
  handle = (req, res) => {
    const head = { 'cache-control': 'max-age=9', location: '/b', 'content-location': 'c?d=e' };
    res.writeHead(req.method === 'POST' ? 201 : 200, head).end('x');
  };
  for (const path of ['/b', '/c?d=e', '/d']) await text(path, {});
  await fetch(`${url()}/a`, { method: 'POST', body: 'x' });
  asked = [];
  for (const path of ['/b', '/c?d=e', '/d']) await text(path, {});
  expect(asked.map(({ req }) => req.url)).toEqual(['/b', '/c?d=e']);
});

it('does not keep what was asked for before a write', async () => {
  let release = (): void => {};
  handle = (req, res) => {
    if (req.method === 'PUT') res.end();
    else {
      res.writeHead(200, { 'cache-control': 'max-age=9' }).write('old');
      release = () => res.end();
    }
  };
  const before = await fetch(`${url()}/a`);
  await fetch(`${url()}/a`, { method: 'PUT', body: 'new' });
  release();
  expect(await before.text()).toBe('old');
  handle = (_req, res) => res.end('new');
  expect(await text('/a', {})).toBe('new');
});

it('sends a body on in chunks, so that it cannot pass for a further request', async () => {
  handle = (_req, res) => res.end('done');
  const smuggled = 'GET /admin HTTP/1.1\r\nHost: a\r\n\r\n';
  const size = smuggled.length.toString(16);
  const answer = await raw(
    `DELETE /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n` +
      `${size}\r\n${smuggled}\r\n0\r\n\r\n`,
  );
  expect(answer).toContain('done');
  expect(asked.map(({ req, body }) => [req.method, body])).toEqual([['DELETE', smuggled]]);
});

it('says so when the origin is away', async () => {
  handle = (req) => req.socket.destroy();
  expect((await fetch(`${url()}/a`, { method: 'POST', body: 'x' })).status).toBe(502);
  expect(asked).toHaveLength(1);
});

it('lets no TRACE through', async () => {
  expect(await raw('TRACE /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toContain(' 405 ');
  expect(asked).toHaveLength(0);
});

const url = (): string => `http://127.0.0.1:${edge.port}`;

async function text(path: string, headers: Record<string, string>): Promise<string> {
  return (await fetch(url() + path, { headers })).text();
}

function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(edge.port, '127.0.0.1', () => socket.write(request));
    let all = '';
    socket.on('data', (chunk) => (all += chunk)).on('error', reject);
    socket.on('close', () => resolve(all));
  });
}
