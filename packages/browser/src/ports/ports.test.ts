/**
 * The browser's ports that Node.js can stand in for keep their contracts; the rest run in a
 * browser.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  clockContract,
  cryptoContract,
  edgeBody,
  edgeContract,
  trackerContract,
} from '@shoal/host/contract';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { browserClock } from './clock.js';
import { browserCrypto } from './crypto.js';
import { browserEdgeFetch } from './edge-fetch.js';
import { browserTrackerSockets } from './tracker-socket.js';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
let server: Server;
let origin: string;
let unreachable: string;

beforeAll(async () => {
  vi.stubGlobal('WebSocket', WebSocket);
  server = createServer((request, response) => {
    const body = Buffer.from(edgeBody);
    if (!request.url?.startsWith('/body')) return response.writeHead(404).end();
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    if (range === null || request.url === '/body-whole') return response.end(body);
    const from = Number(range[1]);
    const to = Math.min(body.length, range[2] === '' ? body.length : Number(range[2]) + 1);
    const headers = { 'Content-Range': `bytes ${from}-${to - 1}/${body.length}` };
    return response.writeHead(206, headers).end(body.subarray(from, to));
  });
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      if (data.length === 1 && data[0] === 0) socket.close();
      else socket.send(data);
    });
  });
  origin = await listen(server);
  const closed = createServer();
  unreachable = await listen(closed);
  closed.close();
});

afterAll(() => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  server.close();
});

async function listen(of: Server): Promise<string> {
  await new Promise<void>((resolve) => of.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(of.address() as AddressInfo).port}`;
}

describe('clock', () => {
  for (const { name, run } of clockContract) it(name, () => run({ clock: browserClock(), wait }));
});

const withoutEd25519 = {
  digest: crypto.subtle.digest.bind(crypto.subtle),
  importKey: () => Promise.reject(new DOMException('unknown', 'NotSupportedError')),
} as unknown as SubtleCrypto;

describe.each([
  ['crypto of the browser', crypto.subtle],
  ['crypto of a browser without Ed25519', withoutEd25519],
])('%s', (_, subtle) => {
  const pair = generateKeyPairSync('ed25519');
  const { x = '' } = pair.publicKey.export({ format: 'jwk' });
  const publicKey = new Uint8Array(Buffer.from(x, 'base64url'));
  for (const { name, run } of cryptoContract) {
    it(name, () =>
      run({
        crypto: browserCrypto(subtle),
        publicKey,
        sign: async (bytes) => new Uint8Array(sign(null, bytes, pair.privateKey)),
      }),
    );
  }
});

describe('edge fetch', () => {
  for (const { name, run } of edgeContract) {
    it(name, () =>
      run({
        edge: browserEdgeFetch(),
        url: `http://${origin}/body`,
        urlWithoutRanges: `http://${origin}/body-whole`,
        urlMissing: `http://${origin}/none`,
        urlUnreachable: `http://${unreachable}/body`,
        wait,
      }),
    );
  }
});

describe('tracker sockets', () => {
  for (const { name, run } of trackerContract) {
    it(name, () =>
      run({
        sockets: browserTrackerSockets(),
        url: `ws://${origin}/echo`,
        urlUnreachable: `ws://${unreachable}/`,
        wait,
      }),
    );
  }
});
