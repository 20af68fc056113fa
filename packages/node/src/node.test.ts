/** The ports of Node.js keep their contracts, and agree with published test vectors. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  clockContract,
  cryptoContract,
  edgeBody,
  edgeContract,
  linksContract,
  trackerContract,
} from '@shoal/host/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { nodeClock, nodeCrypto, nodeEdgeFetch, nodeLinks, nodeTrackerSockets } from './index.js';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
let server: Server;
let origin: string;
let unreachable: string;

beforeAll(async () => {
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
  server.closeAllConnections();
  server.close();
});

async function listen(of: Server): Promise<string> {
  await new Promise<void>((resolve) => of.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(of.address() as AddressInfo).port}`;
}

describe('clock', () => {
  for (const { name, run } of clockContract) it(name, () => run({ clock: nodeClock(), wait }));
});

describe('crypto', () => {
  const pair = generateKeyPairSync('ed25519');
  const jwk = pair.publicKey.export({ format: 'jwk' });
  const publicKey = new Uint8Array(Buffer.from(jwk.x ?? '', 'base64url'));
  for (const { name, run } of cryptoContract) {
    it(name, () =>
      run({
        crypto: nodeCrypto(),
        publicKey,
        sign: async (bytes) => new Uint8Array(sign(null, bytes, pair.privateKey)),
      }),
    );
  }

  it('hashes as FIPS 180-4 says', async () => {
    const digest = await nodeCrypto().digest(Buffer.from('abc'));
    expect(Buffer.from(digest).toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('verifies test 1 of RFC 8032 section 7.1', async () => {
    const key = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
    const signature =
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b';
    const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
    expect(await nodeCrypto().verify(hex(key), hex(signature), new Uint8Array())).toBe(true);
  });
});

describe('edge fetch', () => {
  for (const { name, run } of edgeContract) {
    it(name, () =>
      run({
        edge: nodeEdgeFetch(),
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
        sockets: nodeTrackerSockets(),
        url: `ws://${origin}/echo`,
        urlUnreachable: `ws://${unreachable}/`,
        wait,
      }),
    );
  }
});

describe('links', () => {
  for (const { name, run } of linksContract) {
    it(name, () => {
      const options = { privateAddresses: true };
      return run({ a: nodeLinks(options), b: nodeLinks(options), wait });
    });
  }

  it('go down when nobody answers in time', async () => {
    let downs = 0;
    const quiet = { up() {}, control() {}, piece() {}, drained() {}, signal() {} };
    nodeLinks({ privateAddresses: true, setUpMs: 50 }).open('b', true, {
      ...quiet,
      down: () => void downs++,
    });
    for (let turn = 0; turn < 200 && downs === 0; turn++) await wait(20);
    expect(downs).toBe(1);
  });
});
