import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from '../telemetry/log.js';
import { createMeters } from '../telemetry/meters.js';
import { reply } from './reply.js';
import { type HttpServer, startHttp } from './server.js';

let server: HttpServer;
const parts = {
  routes: [
    {
      at: 'page',
      cors: false,
      handle: (call: Parameters<typeof reply>[0]) =>
        reply(call, { type: 'text/plain', body: 'hello', kind: { type: 'page' }, counts: 'page' }),
    },
    {
      at: 'broken',
      cors: false,
      handle: () => {
        throw new Error('secret detail');
      },
    },
  ],
  upgrades: {},
  log: createLog('silent'),
  meters: createMeters(),
};

beforeEach(async () => {
  server = await startHttp({ host: '127.0.0.1', port: 0 }, parts);
});
afterEach(() => server.close());

const ask = (path: string, init?: RequestInit) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, init);

it('refuses a port that is in use with one sentence', async () => {
  const again = startHttp({ host: '127.0.0.1', port: server.port }, parts);
  await expect(again).rejects.toThrow(`[server/port] ${server.port} on 127.0.0.1`);
});

it('bounds what a request may carry', async () => {
  expect((await ask(`/page?${'x'.repeat(5000)}`)).status).toBe(414);
  expect((await ask('/page', { headers: { 'x-big': 'y'.repeat(20_000) } })).status).toBe(431);
  expect((await ask('/page', { method: 'POST', body: 'x' })).status).toBe(405);
  expect((await ask('/nowhere')).status).toBe(404);
});

it('answers HEAD and conditions', async () => {
  const head = await ask('/page', { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe('5');
  const etag = head.headers.get('etag')!;
  expect((await ask('/page', { headers: { 'if-none-match': etag } })).status).toBe(304);
});

it('says nothing of what broke inside', async () => {
  const answer = await ask('/broken');
  expect(answer.status).toBe(500);
  expect(await answer.text()).toBe('internal error\n');
});

it.each([
  ['no HTTP at all', '\u0016\u0003\u0001\r\n\r\n', '400'],
  [
    'two lengths',
    'POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    '400',
  ],
  [
    'a length and chunks',
    'POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0',
    '400',
  ],
  ['a way out of the folder', 'GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
  [
    'an upgrade to nowhere',
    'GET /page HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    '404',
  ],
])('refuses %s, and lives on', async (_what, text, status) => {
  expect(await raw(text)).toContain(`HTTP/1.1 ${status}`);
  expect((await ask('/page')).status).toBe(200);
});

/** What comes back for bytes that no client library would send. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    let got = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      got += chunk;
      if (got.includes('\r\n\r\n')) socket.destroy();
    });
    socket.on('close', () => resolve(got));
    socket.on('error', reject);
  });
}
