import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { held, noise, startTwin, type Twin } from '../testing/twin.js';
import { type EdgeOptions, startEdge } from './edge.js';
import type { RunningServer } from './options.js';

const BODY = noise(300_000, 7);
let twin: Twin;
let edge: RunningServer;

const options = (): EdgeOptions => ({
  host: '127.0.0.1',
  port: 0,
  origins: [twin.url],
  parents: [],
  cacheBytesMax: 64 * 1024 * 1024,
  drainMs: 60_000,
  logLevel: 'silent',
});

beforeEach(async () => {
  twin = await startTwin();
  twin.put('/s1.m4s', BODY);
  twin.put('/%68ealthz', 'not ours');
  edge = await startEdge(options());
});
afterEach(async () => {
  await edge.close();
  await twin.close();
});

describe('one connection', () => {
  it('gets plain hits, ranges, misses and hits again, in any order', async () => {
    await bodyOf('/s1.m4s');
    const socket = connect(edge.port, '127.0.0.1');
    for (const range of [undefined, undefined, 'bytes=5-9', undefined, 'bytes=-3', undefined]) {
      const more = range === undefined ? '' : `Range: ${range}\r\n`;
      const { head, body } = await exchange(
        socket,
        `GET /s1.m4s HTTP/1.1\r\nHost: a\r\n${more}\r\n`,
      );
      expect(head).toMatch(range === undefined ? /^HTTP\/1.1 200/ : /^HTTP\/1.1 206/);
      expect(head.toLowerCase()).toContain('cache-status: shoal; hit');
      const wanted = range === 'bytes=5-9' ? BODY.subarray(5, 10) : BODY.subarray(-3);
      expect(body.equals(range === undefined ? BODY : wanted)).toBe(true);
    }
    socket.destroy();
  });

  it('gets a miss while it arrives, and what follows on the same connection', async () => {
    const { behaviour, release } = held();
    twin.behave('/s1.m4s', behaviour);
    const plain = 'GET /s1.m4s HTTP/1.1\r\nHost: a\r\n\r\n';
    const sockets = Array.from({ length: 20 }, () => connect(edge.port, '127.0.0.1'));
    const begun = Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await begun;
    const answers = sockets.map((socket) => exchange(socket, plain));
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    release();
    const got = await Promise.all(answers);
    expect(got.every(({ body }) => body.equals(BODY))).toBe(true);
    expect(got.filter(({ head }) => head.includes('; collapsed'))).toHaveLength(19);
    const again = await Promise.all(sockets.map((socket) => exchange(socket, plain)));
    expect(again.every(({ head, body }) => head.includes('; hit') && body.equals(BODY))).toBe(true);
    expect(twin.count('/s1.m4s')).toBe(1);
    for (const socket of sockets) socket.destroy();
  });

  it('is told of what is not there, and sees a cut where the origin cut', async () => {
    const socket = connect(edge.port, '127.0.0.1');
    const none = await exchange(socket, 'GET /none.m4s HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(none.head).toMatch(/^HTTP\/1.1 404/);
    twin.behave('/s1.m4s', { type: 'cut' });
    const cut = exchange(socket, 'GET /s1.m4s HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'close');
    expect(await Promise.race([cut, 'cut'])).toBe('cut');
  });

  it('may send a request in pieces, or several at once', async () => {
    await bodyOf('/s1.m4s');
    const request = 'GET /s1.m4s HTTP/1.1\r\nHost: a\r\n\r\n';
    const socket = connect(edge.port, '127.0.0.1');
    socket.write(request.slice(0, 9));
    await once(socket, 'connect');
    expect((await exchange(socket, request.slice(9))).body.equals(BODY)).toBe(true);
    const twice = exchange(socket, request + request, 2);
    expect((await twice).body.length).toBeGreaterThan(BODY.length * 2);
    socket.destroy();
  });

  it('cannot smuggle a second request in the body of a first', async () => {
    await bodyOf('/s1.m4s');
    const socket = connect(edge.port, '127.0.0.1');
    const inner = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';
    socket.write(
      `GET /s1.m4s HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n${inner}`,
    );
    await once(socket.resume(), 'close');
    expect(twin.count('/hidden')).toBe(0);
  });
});

describe('a slow sender', () => {
  it.each([
    ['that never sends a byte', ''],
    ['of half a request', 'GET /s1.m4s HTTP/1.1\r\nHost: a\r\n'],
    ['of half a line', 'GET /s1'],
  ])('%s is cut, while others are served', async (_what, text) => {
    const strict = await startEdge({ ...options(), headersMs: 100 });
    const slow = connect(strict.port, '127.0.0.1');
    await once(slow, 'connect');
    slow.write(text);
    await once(slow.resume(), 'close');
    const other = await fetch(`http://127.0.0.1:${strict.port}/s1.m4s`);
    expect(Buffer.from(await other.arrayBuffer()).equals(BODY)).toBe(true);
    await strict.close();
  });
});

it('is asked for its own pages and never confuses them with those of the origin', async () => {
  const url = `http://127.0.0.1:${edge.port}`;
  await bodyOf('/s1.m4s');
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');
  expect(await (await fetch(`${url}/%68ealthz`)).text()).toBe('ok\n');
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('shoal_cache_objects 1');
  const status = (await (await fetch(`${url}/api/status`)).json()) as { edge: unknown };
  expect(status.edge).toMatchObject({ fetches: 1, objects: 1, fill: 1 });
});

it('lets what runs finish when it is told to stop, and takes nothing new', async () => {
  const { behaviour, release } = held();
  twin.behave('/s1.m4s', behaviour);
  const agent = new Agent({ keepAlive: true });
  const request = get({ host: '127.0.0.1', port: edge.port, path: '/s1.m4s', agent });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const idle = connect(edge.port, '127.0.0.1');
  await once(idle, 'connect');
  const closing = edge.close();
  await once(idle.resume(), 'close');
  const late = connect(edge.port, '127.0.0.1');
  expect(((await once(late, 'error')) as [NodeJS.ErrnoException])[0].code).toBe('ECONNREFUSED');
  release();
  let got = 0;
  for await (const chunk of answer) got += (chunk as Buffer).length;
  expect(got).toBe(BODY.length);
  await closing;
  agent.destroy();
});

it('asks a parent first, and the origin when the parent is away', async () => {
  const parent = await startEdge(options());
  const child = await startEdge({ ...options(), parents: [`http://127.0.0.1:${parent.port}`] });
  const ask = (path: string) => fetch(`http://127.0.0.1:${child.port}${path}`);
  const first = await ask('/s1.m4s');
  expect(Buffer.from(await first.arrayBuffer()).equals(BODY)).toBe(true);
  expect(twin.headers[0]?.['cdn-loop']).toMatch(/^shoal-\w+, shoal-\w+$/);
  await parent.close();
  twin.put('/s2.m4s', BODY);
  expect(Buffer.from(await (await ask('/s2.m4s')).arrayBuffer()).equals(BODY)).toBe(true);
  await child.close();
});

it.each([
  [{ origins: [] }, 'an edge needs an origin'],
  [{ origins: ['ftp://h'] }, '--origin must be an http or https address, not "ftp://h"'],
  [{ origins: ['http://u:p@h'] }, '--origin has a query, fragment or password'],
  [{ parents: ['x'] }, '--parent must be an http or https address'],
])('refuses %j with a sentence', async (wrong, words) => {
  await expect(startEdge({ ...options(), ...wrong })).rejects.toThrow(words);
});

async function bodyOf(path: string): Promise<Buffer> {
  const answer = await fetch(`http://127.0.0.1:${edge.port}${path}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** Sends text and reads `answers` whole answers; the body is all after the first head. */
function exchange(
  socket: Socket,
  text: string,
  answers = 1,
): Promise<{ head: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    let all = Buffer.alloc(0);
    const take = (chunk: Buffer): void => {
      all = Buffer.concat([all, chunk]);
      const end = all.indexOf('\r\n\r\n');
      const head = all.toString('latin1', 0, Math.max(0, end));
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (end < 0 || all.length < (end + 4 + length) * answers) return;
      socket.off('data', take);
      resolve({ head, body: all.subarray(end + 4) });
    };
    socket.on('data', take).once('error', reject);
    socket.write(text);
  });
}
