import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from '../telemetry/log.js';
import { openSegmentDisk } from './segment-disk.js';

const LOG = createLog('silent');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-disk-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('keeps what fits, and lets the oldest go', async () => {
  const disk = await openSegmentDisk(folder, 250, LOG);
  for (const name of ['r0/a', 'r0/b', 'r0/c']) disk.keep(name, Buffer.alloc(100, name));
  await disk.settled();
  expect(['r0/a', 'r0/b', 'r0/c'].map(disk.has)).toEqual([false, true, true]);
  expect(await disk.read('r0/c')).toEqual(Buffer.alloc(100, 'r0/c'));
  await disk.settled();
  expect((await readdir(folder)).sort()).toEqual(['r0_b', 'r0_c']);
});

it('has a segment only once it is whole, and nothing of one that could not be written', async () => {
  const disk = await openSegmentDisk(folder, 1000, LOG);
  disk.keep('r0/a', Buffer.alloc(10));
  expect(disk.has('r0/a')).toBe(false);
  await disk.settled();
  expect(disk.has('r0/a')).toBe(true);
  await rm(folder, { recursive: true });
  await writeFile(folder, 'a file where the folder was');
  disk.keep('r0/b', Buffer.alloc(10));
  await disk.settled();
  expect(disk.has('r0/b')).toBe(false);
  await rm(folder);
});

it('says so once when the disk is full, and goes on when it is not any more', async () => {
  const said: unknown[] = [];
  const log = createLog('silent');
  log.warn = (...words: unknown[]) => void said.push(words);
  const disk = await openSegmentDisk(folder, 1000, log);
  await rm(folder, { recursive: true });
  for (const name of ['r0/a', 'r0/b', 'r0/c']) disk.keep(name, Buffer.alloc(10));
  await disk.settled();
  expect(said).toHaveLength(1);
});

it('begins with an empty folder', async () => {
  await writeFile(join(folder, 'old'), 'of another run');
  await chmod(folder, 0o700);
  await openSegmentDisk(folder, 1000, LOG);
  expect(await readdir(folder)).toEqual([]);
});
