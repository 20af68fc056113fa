import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noise, startTwin, type Twin } from '../testing/twin.js';
import { createAddressGuard } from './address-guard.js';
import { createHttpSource, type HttpSource, shown } from './http-source.js';
import type { Opened } from './source.js';

let twin: Twin;
let source: HttpSource;
const never = new AbortController().signal;

beforeEach(async () => {
  twin = await startTwin();
  source = sourceFor(twin.url);
});
afterEach(async () => {
  source.close();
  await twin.close();
});

function sourceFor(url: string): HttpSource {
  const guard = createAddressGuard(new URL(url), false);
  return createHttpSource({ guard, userAgent: 'shoal/test', playlistMsMax: 1000 });
}

async function bodyOf({ body }: Opened): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('playlists', () => {
  it('are asked for with what was seen before', async () => {
    twin.put('/a.m3u8', '#EXTM3U\n');
    const first = await source.playlist(`${twin.url}/a.m3u8`, undefined);
    if (first.type !== 'text') throw new Error('no text');
    expect(first.text).toBe('#EXTM3U\n');
    const again = await source.playlist(`${twin.url}/a.m3u8`, first.validator);
    expect(again).toEqual({ type: 'unchanged' });
    twin.put('/a.m3u8', '#EXTM3U\n#other\n');
    expect((await source.playlist(`${twin.url}/a.m3u8`, first.validator)).type).toBe('text');
  });

  it('say where they were in the end', async () => {
    twin.put('/deep/b.m3u8', '#EXTM3U\n');
    twin.behave('/a.m3u8', { type: 'redirect', to: '/deep/b.m3u8' });
    const answer = await source.playlist(`${twin.url}/a.m3u8`, undefined);
    expect(answer).toMatchObject({ url: `${twin.url}/deep/b.m3u8` });
  });

  it.each([
    ['in a circle', { type: 'redirect', to: '/a.m3u8' }, 'too many redirects'],
    ['to a file', { type: 'redirect', to: 'file:///etc/passwd' }, 'only http and https'],
    ['into a private network', { type: 'redirect', to: 'http://10.0.0.1/' }, 'private network'],
    ['with an error', { type: 'status', status: 500 }, 'answered 500'],
    ['never', { type: 'silent' }, 'no answer in time'],
  ] as const)('fail in one sentence when they answer %s', async (_how, behaviour, words) => {
    twin.put('/a.m3u8', '#EXTM3U\n');
    twin.behave('/a.m3u8', behaviour);
    await expect(source.playlist(`${twin.url}/a.m3u8?token=t`, undefined)).rejects.toThrow(words);
  });

  it('are unpacked, and a small answer cannot become a huge one', async () => {
    const server = await serving(gzipSync('#EXTM3U\n'), gzipSync(Buffer.alloc(8 * 1024 * 1024)));
    const zipped = sourceFor(server.url);
    expect(await zipped.playlist(`${server.url}/0`, undefined)).toMatchObject({
      text: '#EXTM3U\n',
    });
    await expect(zipped.playlist(`${server.url}/1`, undefined)).rejects.toThrow(
      'larger than 4 MiB',
    );
    zipped.close();
    server.server.close();
  });
});

describe('objects', () => {
  const body = noise(50_000, 1);
  beforeEach(() => twin.put('/s.mp4', body));

  it('come whole or by range', async () => {
    expect(
      (await bodyOf(await source.open(`${twin.url}/s.mp4`, undefined, never))).equals(body),
    ).toBe(true);
    const slice = { from: 1000, length: 500 };
    const part = await source.open(`${twin.url}/s.mp4`, slice, never);
    expect(part).toMatchObject({ status: 200, length: 500 });
    expect((await bodyOf(part)).equals(body.subarray(1000, 1500))).toBe(true);
  });

  it('are refused when another range comes than was asked', async () => {
    const opened = await source.open(`${twin.url}/s.mp4`, { from: 49_900, length: 500 }, never);
    expect(opened.status).toBe(502);
  });
});

it('shows addresses without their tokens', () => {
  expect(shown('https://h/a/b.m3u8?token=t#x')).toBe('https://h/a/b.m3u8');
  expect(shown('nonsense')).toBe('an address that is none');
});

/** Gzipped bodies by number. */
async function serving(...bodies: Buffer[]): Promise<{ server: Server; url: string }> {
  const server = createServer((req, res) => {
    res.writeHead(200, { 'Content-Encoding': 'gzip' });
    res.end(bodies[Number(req.url?.slice(1))]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
