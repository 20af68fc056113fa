import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noise, startTwin, type Twin } from '../testing/twin.js';
import { startEdge } from './edge.js';
import type { RunningServer } from './options.js';

const BODY = noise(300_000, 7);
let folder: string;
let twin: Twin;
let edge: RunningServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-edge-'));
  twin = await startTwin();
  for (const name of ['a', 'b', 'c']) twin.put(`/${name}.m4s`, BODY);
  edge = await open();
});
afterEach(async () => {
  await edge.close();
  await twin.close();
  rmSync(folder, { recursive: true, force: true });
});

it('serves after a restart what it had before, without its origin', async () => {
  await get('/a.m4s');
  await restart();
  await twin.close();
  const served = await get('/a.m4s');
  expect(served.bytes.equals(BODY)).toBe(true);
  expect(served.status).toContain('hit');
  expect(Number(served.age)).toBeGreaterThanOrEqual(0);
});

it('reads once for all who ask at once', async () => {
  await get('/a.m4s');
  await restart();
  await twin.close();
  const all = await Promise.all(Array.from({ length: 20 }, () => get('/a.m4s')));
  expect(all.every(({ bytes }) => bytes.equals(BODY))).toBe(true);
});

it('fetches again what the disk has changed', async () => {
  await get('/a.m4s');
  await edge.close();
  for (const path of objectFiles()) {
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4;
    writeFileSync(path, bytes);
  }
  edge = await open();
  const served = await get('/a.m4s');
  expect(served.bytes.equals(BODY)).toBe(true);
  expect(served.status).toContain('fwd=miss');
});

it('goes on when its disk is taken away', async () => {
  await get('/a.m4s');
  await restart();
  rmSync(folder, { recursive: true, force: true });
  for (const name of ['a', 'b', 'c', 'a']) {
    expect((await get(`/${name}.m4s`)).bytes.equals(BODY)).toBe(true);
  }
});

async function restart(): Promise<void> {
  await edge.close();
  edge = await open();
}

function open(): Promise<RunningServer> {
  return startEdge({
    ...{ host: '127.0.0.1', port: 0, origins: [twin.url], parents: [] },
    ...{ cacheBytesMax: 64 * 1024 * 1024, drainMs: 1000, logLevel: 'silent' },
    disk: { folder, bytesMax: 10_000_000 },
  });
}

async function get(path: string) {
  const answer = await fetch(`http://127.0.0.1:${edge.port}${path}`);
  const { headers } = answer;
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { bytes, status: headers.get('cache-status') ?? '', age: headers.get('age') };
}

function objectFiles(): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}
