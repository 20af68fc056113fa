import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../telemetry/log.js';
import { noise } from '../testing/twin.js';
import { type DiskParts, type DiskTier, openDisk } from './disk.js';
import type { DiskFile } from './disk-file.js';
import { PURGE_BOOK } from './purge-book.js';

const HOUR = 3_600_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-disk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const object = (key: string, bytes = 1000, seed = 1): DiskFile => ({
  key,
  head: { status: 200, headers: { 'content-type': 'video/mp4' } },
  bornWallMs: 5,
  asked: { book: 'one', mark: 0 },
  body: noise(bytes, seed),
});

function open(more: Partial<DiskParts> = {}): DiskTier {
  return openDisk({ folder, bytesMax: 100_000, log: createLog('silent'), ...more });
}

/** Files of objects, as paths. */
function objectFiles(): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile() && basename(path) !== PURGE_BOOK);
}

async function filled(...objects: readonly DiskFile[]): Promise<void> {
  const disk = open();
  for (const one of objects) disk.write(one, HOUR);
  await disk.close();
}

describe('what was written', () => {
  it('is read as it was, by this process and by the next', async () => {
    const disk = open();
    disk.write(object('/a'), HOUR);
    await disk.close();
    expect(await disk.read('/a')).toEqual(object('/a'));
    const next = open();
    expect([next.objects, next.bytes]).toEqual([1, disk.bytes]);
    expect(await next.read('/a')).toEqual(object('/a'));
    expect(await next.read('/b')).toBeUndefined();
  });

  it('takes the place of what was there', async () => {
    await filled(object('/a', 1000), object('/a', 2000, 2));
    await filled(object('/a', 3000, 3));
    expect((await open().read('/a'))?.body.length).toBe(3000);
    expect(objectFiles()).toHaveLength(1);
  });

  it('is gone for good when it is removed, even while it is written', async () => {
    await filled(object('/a'));
    const disk = open();
    disk.remove('/a');
    disk.write(object('/b'), HOUR);
    disk.remove('/b');
    await disk.close();
    expect(objectFiles()).toHaveLength(0);
    expect(await disk.read('/a')).toBeUndefined();
  });

  it('is not what is soon untrue, or most of the room', async () => {
    const disk = open();
    disk.write(object('/a'), 2000);
    disk.write(object('/b', 50_000), HOUR);
    await disk.close();
    expect(objectFiles()).toHaveLength(0);
  });
});

it('keeps to its room, and keeps what is read', async () => {
  const disk = open();
  disk.write(object('/hot'), HOUR);
  await disk.close();
  for (let turn = 0; turn < 3; turn += 1) await disk.read('/hot');
  for (let i = 0; i < 300; i += 1) disk.write(object(`/${i}`), HOUR);
  await disk.close();
  expect(disk.bytes).toBeLessThanOrEqual(100_000);
  const sizes = objectFiles().map((path) => statSync(path).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(disk.bytes);
  expect(await disk.read('/hot')).toBeDefined();
});

it('lets go of what is too much for a smaller room at the next start', async () => {
  await filled(...Array.from({ length: 20 }, (_, i) => object(`/${i}`)));
  const disk = open({ bytesMax: 10_000 });
  expect(disk.bytes).toBeLessThanOrEqual(10_000);
  expect(objectFiles()).toHaveLength(disk.objects);
});

describe('a disk that changes what it was given', () => {
  it.each([
    ['flips a bit', (bytes: Buffer) => bytes.fill((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1)],
    ['loses the end', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['loses all', () => Buffer.alloc(0)],
    ['gives zeros', (bytes: Buffer) => bytes.fill(0)],
  ])('%s: it is not read, and forgotten', async (_what, change) => {
    await filled(object('/a'));
    const [path = ''] = objectFiles();
    writeFileSync(path, change(readFileSync(path)));
    const disk = open();
    expect(await disk.read('/a')).toBeUndefined();
    expect([disk.objects, disk.on, objectFiles().length]).toEqual([0, true, 0]);
  });

  it('takes a file away: it is forgotten', async () => {
    await filled(object('/a'));
    const disk = open();
    rmSync(objectFiles()[0] ?? '');
    expect(await disk.read('/a')).toBeUndefined();
    expect([disk.objects, disk.on]).toEqual([0, true]);
  });
});

it('ignores drafts, foreign files, and both of two files of one key', async () => {
  await filled(object('/a'), object('/b'));
  const [a = '', b = ''] = objectFiles();
  writeFileSync(`${a.slice(0, a.lastIndexOf('-'))}-zz`, 'older or newer');
  writeFileSync(join(b, '..', 'README'), 'foreign');
  writeFileSync(join(folder, 'drafts', String(process.pid), '7'), 'half an obj');
  const disk = open();
  expect(disk.objects).toBe(1);
  expect(readdirSync(join(folder, 'drafts', String(process.pid)))).toEqual([]);
});

describe('a disk that fails', () => {
  const failing = (code: string) => async (): Promise<never> => {
    throw Object.assign(new Error(code), { code });
  };

  it.each(['ENOSPC', 'EIO'])(
    'to write with %s is left alone, and one line says so',
    async (code) => {
      const lines: string[] = [];
      const log = createLog('silent');
      log.error = ((_facts: unknown, line: string) =>
        lines.push(line)) as unknown as typeof log.error;
      const disk = open({ log, io: { ...files, writeFile: failing(code) } });
      for (let i = 0; i < 5; i += 1) disk.write(object(`/${i}`), HOUR);
      await disk.close();
      expect(disk.on).toBe(false);
      expect(lines).toEqual(['the disk fails: the edge goes on without it']);
      expect(disk.sizeOf('/0')).toBeUndefined();
    },
  );

  it('to read is left alone', async () => {
    await filled(object('/a'));
    const disk = open({ io: { ...files, readFile: failing('EIO') as never } });
    expect(await disk.read('/a')).toBeUndefined();
    expect(disk.on).toBe(false);
  });
});

it('says in one sentence that a folder cannot be used', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => open({ folder: join(folder, 'file') })).toThrow(/cannot use .*file.*--disk/);
});
