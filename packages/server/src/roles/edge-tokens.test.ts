import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTokenKeys } from '../edge/token-keys.js';
import { createLog } from '../telemetry/log.js';
import { noise, startTwin, type Twin } from '../testing/twin.js';
import { readKeySet } from '../tokens/key-set.js';
import { createTokenKey, mintCat, mintJwt } from '../tokens/mint.js';
import { startEdge } from './edge.js';
import type { RunningServer } from './options.js';

const BODY = noise(50_000, 7);
const JWKS = { keys: [createTokenKey('ed25519', 'e'), createTokenKey('hmac', 'h')] };
const KEYS = readKeySet(JSON.stringify(JWKS), 'keys.json');
const [E, H] = [KEYS.get('e')!, KEYS.get('h')!];
const until = Math.floor(Date.now() / 1000) + 3600;
const mint = (path = '/live/', untilSec = until, networks: string[] = []) =>
  mintJwt({ paths: [path], untilSec, networks }, E);

let folder: string;
let twin: Twin;
let edge: RunningServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-keys-'));
  await writeFile(join(folder, 'keys.json'), JSON.stringify(JWKS));
  twin = await startTwin();
  twin.put('/live/a.m3u8', '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\ns1.m4s\n');
  twin.put('/live/s1.m4s', BODY);
  twin.put('/paid/s1.m4s', 'secret');
  edge = await startEdge(options());
});
afterEach(async () => {
  await edge.close();
  await twin.close();
  await rm(folder, { recursive: true });
});

const options = (more: object = {}) => ({
  host: '127.0.0.1',
  port: 0,
  origins: [twin.url],
  parents: [],
  cacheBytesMax: 64 * 1024 * 1024,
  drainMs: 60_000,
  logLevel: 'silent' as const,
  tokenKeys: join(folder, 'keys.json'),
  ...more,
});

/** One plain request, as the lane reads it, or with a header that sends it to the parser. */
async function ask(target: string, headers = '', port = edge.port) {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (body.length >= length) socket.end();
  });
  socket.write(`GET ${target} HTTP/1.1\r\nHost: edge.example\r\n${headers}\r\n`);
  await once(socket, 'close');
  return {
    status: Number(text.slice(9, 12)),
    location: /^location: (.*)$/im.exec(text)?.[1]?.trim(),
    body: text.slice(text.indexOf('\r\n\r\n') + 4),
  };
}
const PARSER = 'X-Any: 1\r\n';

describe.each([
  ['on the fast lane', ''],
  ['by the parser', PARSER],
])('%s', (_where, more) => {
  const status = async (target: string, headers = '') =>
    (await ask(target, `${headers}${more}`)).status;

  it('nothing is served without a token, its own pages apart', async () => {
    const refused = await ask('/live/s1.m4s', more);
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('a token is needed');
    expect(await status('/healthz')).toBe(200);
    expect(twin.asked).toEqual([]);
  });

  it('a token in path, query or cookie opens what it is for, kept once for all', async () => {
    const [one, two] = [await mint(), await mint('/live/s1.m4s')];
    const cat = mintCat({ paths: ['/live/'], untilSec: until, networks: [] }, H);
    const targets: [string, string?][] = [
      [`/shoal-token=${one}/live/s1.m4s`],
      [`/live/s1.m4s?shoal-token=${two}`],
      [`/live/s1.m4s?CAT=${cat}`],
      ['/live/s1.m4s', `Cookie: a=b; shoal-token=${one}\r\n`],
    ];
    for (const [target, headers] of targets) {
      const answer = await ask(target, `${headers ?? ''}${more}`);
      expect([answer.status, answer.body.length]).toEqual([200, BODY.length]);
    }
    expect(twin.asked).toEqual(['/live/s1.m4s']);
    expect(JSON.stringify(twin.headers)).not.toContain(one);
  });

  it.each([
    ['/paid/s1.m4s'],
    ['/live/../paid/s1.m4s'],
    ['/live/%2e%2e/paid/s1.m4s'],
    ['/live/%252e%252e/paid/s1.m4s'],
    ['/live/..%2fpaid/s1.m4s'],
    ['/live%2f..%2fpaid/s1.m4s'],
    ['/live/..;/paid/s1.m4s'],
    ['/live//paid/s1.m4s'],
    ['/LIVE/s1.m4s'],
    ['/lively/s1.m4s'],
  ])('a token for /live/ does not open %s', async (path) => {
    const token = await mint();
    for (const target of [`/shoal-token=${token}${path}`, `${path}?shoal-token=${token}`]) {
      const answer = await ask(target, more);
      expect([400, 403], target).toContain(answer.status);
      expect(answer.body).not.toContain('secret');
    }
    expect(twin.asked).toEqual([]);
  });

  it('a token is refused when it has expired, was forged, or is for another network', async () => {
    const good = await mint();
    for (const token of [
      await mint('/live/', 1000),
      await mint('/live/', until, ['192.0.2.0/24']),
      `${good.slice(0, -4)}AAAA`,
      good.slice(0, good.lastIndexOf('.')),
      'x',
      '',
    ]) {
      expect(await status(`/live/s1.m4s?shoal-token=${token}`), token).toBe(403);
    }
    expect(
      await status(`/live/s1.m4s?shoal-token=${await mint('/live/', until, ['127.0.0.0/8'])}`),
    ).toBe(200);
  });

  it('two different tokens are refused, wherever they stand', async () => {
    const [one, two] = [await mint(), await mint('/live/s1.m4s')];
    expect(await status(`/shoal-token=${one}/live/s1.m4s?shoal-token=${two}`)).toBe(403);
    expect(await status(`/shoal-token=${one}/shoal-token=${two}/live/s1.m4s`)).toBe(403);
    expect(await status(`/live/s1.m4s?CAT=${one}`, `Cookie: shoal-token=${two}\r\n`)).toBe(403);
    expect(await status(`/live/s1.m4s?CAT=${one}`, `Cookie: shoal-token=${one}\r\n`)).toBe(200);
  });

  it('a token in the query of a playlist goes on to its children', async () => {
    const token = await mint();
    const first = await ask(`/live/a.m3u8?x=1&shoal-token=${token}`, more);
    expect([first.status, first.location]).toEqual([307, `/shoal-token=${token}/live/a.m3u8?x=1`]);
    const playlist = await ask(first.location!, more);
    expect(playlist.body).toContain('s1.m4s');
    const child = new URL('s1.m4s', `http://e${first.location}`).pathname;
    expect(await status(child)).toBe(200);
  });
});

it('reads a Common Access Token from its header', async () => {
  const token = mintCat({ paths: ['/live/'], untilSec: until, networks: [] }, E);
  const header = (value: string) => `CTA-Common-Access-Token: ${value}\r\n`;
  expect((await ask('/live/s1.m4s', header(token))).status).toBe(200);
  expect((await ask('/live/s1.m4s', header(`${token}, ${token}`))).status).toBe(403);
});

it('goes on on the same connection after a refusal', async () => {
  const socket = connect(edge.port, '127.0.0.1');
  socket.write('GET /live/s1.m4s HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 403/);
  socket.write(`GET /shoal-token=${await mint()}/live/s1.m4s HTTP/1.1\r\nHost: a\r\n\r\n`);
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200/);
  socket.destroy();
});

it('believes X-Forwarded-For of its own proxy only', async () => {
  const token = await mint('/live/', until, ['192.0.2.0/24']);
  const target = `/shoal-token=${token}/live/s1.m4s`;
  const forwarded = 'X-Forwarded-For: 192.0.2.9\r\n';
  expect((await ask(target, forwarded)).status).toBe(403);
  const behind = await startEdge(options({ trustProxy: true }));
  expect((await ask(target, forwarded, behind.port)).status).toBe(200);
  expect((await ask(target, 'X-Forwarded-For: 192.0.2.9, 10.0.0.1\r\n', behind.port)).status).toBe(
    403,
  );
  await behind.close();
});

it('takes new keys when the file changes, and keeps the old ones when it cannot read it', async () => {
  const path = join(folder, 'keys.json');
  const keys = openTokenKeys(path, createLog('silent'));
  const token = await mint();
  expect(await keys.verifier.judge(token)).toMatchObject({ type: 'good' });
  await writeFile(path, '{');
  keys.reload();
  expect(await keys.verifier.judge(token)).toMatchObject({ type: 'good' });
  await writeFile(path, JSON.stringify({ keys: [createTokenKey('ed25519', 'new')] }));
  keys.reload();
  expect(await keys.verifier.judge(token)).toEqual({ type: 'bad', why: 'key' });
  keys.close();
});

it('does not start without its keys', async () => {
  const none = startEdge(options({ tokenKeys: join(folder, 'none.json') }));
  await expect(none).rejects.toThrow('there is no such file; make one with: shoal token key');
});
