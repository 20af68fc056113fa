import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lineOf, openAccessLog } from './access-log.js';
import type { Visit } from './visit.js';

const VISIT: Visit = {
  atMs: 1_700_000_000_000,
  tookMs: 12.6,
  address: '192.0.2.77',
  method: 'GET',
  target: '/live/a.m3u8?x=1',
  status: 200,
  bytes: 500,
  whole: true,
  cache: 'hit; ttl=1',
  report: 'sid="private"',
};
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a line', () => {
  it('says what was asked and what became of it', () => {
    expect(JSON.parse(lineOf(VISIT))).toEqual({
      time: '2023-11-14T22:13:20.000Z',
      network: '192.0.2.0/24',
      method: 'GET',
      target: '/live/a.m3u8?x=1',
      status: 200,
      bytes: 500,
      ms: 13,
      cache: 'hit; ttl=1',
    });
    const cut = JSON.parse(lineOf({ ...VISIT, whole: false, cache: '' })) as object;
    expect(cut).toMatchObject({ cut: true });
    expect(cut).not.toHaveProperty('cache');
  });

  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    [undefined, 'unknown'],
    ['evil"\n', 'unknown'],
  ])('has of %s only %s', (address, network) => {
    const line = lineOf({ ...VISIT, address });
    expect(JSON.parse(line)).toMatchObject({ network });
    expect(line).not.toContain('77"');
  });

  it('is one line, whatever stands in it', () => {
    const line = lineOf({ ...VISIT, method: 'G\nT', target: '/"\n{"status":200}\u2028' });
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect((JSON.parse(line) as Visit).target).toBe('/"\n{"status":200}\u2028');
  });
});

it('adds to its file, and has written all when it is closed', async () => {
  const path = join(folder, 'access.jsonl');
  await writeFile(path, 'before\n');
  const log = openAccessLog(path);
  for (let i = 0; i < 100; i += 1) log.write({ ...VISIT, bytes: i });
  await log.close();
  const lines = (await readFile(path, 'utf8')).split('\n');
  expect(lines).toHaveLength(102);
  expect(JSON.parse(lines[100] ?? '')).toMatchObject({ bytes: 99 });
  expect(log.lost).toBe(0);
  log.write(VISIT);
  expect(log.lost).toBe(1);
});

it('loses lines rather than memory when nobody takes them', async () => {
  // Nothing is written within one turn: until then all waits.
  const log = openAccessLog(join(folder, 'a'));
  const long = { ...VISIT, target: `/${'a'.repeat(4000)}` };
  for (let i = 0; i < 3000; i += 1) log.write(long);
  expect(log.lost).toBeGreaterThan(0);
  await log.close();
});

it('must be a file in a folder that is there', () => {
  expect(() => openAccessLog(join(folder, 'none', 'a'))).toThrow('no such folder');
  expect(() => openAccessLog(folder)).toThrow('cannot be written');
});
