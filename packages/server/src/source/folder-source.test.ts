import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFolderSource } from './folder-source.js';
import type { Source } from './source.js';

const never = new AbortController().signal;
let top: string;
let source: Source;
const url = (path: string): string => pathToFileURL(join(top, 'root')).href + path;

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'shoal-folder-'));
  await mkdir(join(top, 'root', 'sub'), { recursive: true });
  await mkdir(join(top, 'root-beside'));
  await writeFile(join(top, 'secret'), 'secret');
  await writeFile(join(top, 'root-beside', 'secret'), 'secret');
  await writeFile(join(top, 'root', 'sub', 'ä b.m3u8'), '#EXTM3U\n');
  await writeFile(join(top, 'root', 's.mp4'), '0123456789');
  await symlink(join(top, 'secret'), join(top, 'root', 'link'));
  source = createFolderSource(join(top, 'root'));
});
afterEach(() => rm(top, { recursive: true }));

it('reads playlists and objects, whole or by range', async () => {
  const answer = await source.playlist(url('/sub/%C3%A4%20b.m3u8?token=t'), undefined);
  expect(answer).toMatchObject({ type: 'text', text: '#EXTM3U\n' });
  const chunks: Uint8Array[] = [];
  const opened = await source.open(url('/s.mp4'), { from: 2, length: 3 }, never);
  for await (const chunk of opened.body) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('234');
});

it.each([
  '/../secret',
  '/sub/../../secret',
  '/%2e%2e/secret',
  '/..%2fsecret',
  '/../root-beside/secret',
  '/link',
  '/none',
  '',
])('gives nothing outside its folder: %j', async (path) => {
  await expect(source.playlist(url(path), undefined)).rejects.toThrow();
  expect((await source.open(url(path), undefined, never)).status).toBe(404);
});

it('gives nothing that is no file here', async () => {
  await expect(source.playlist('http://example.org/', undefined)).rejects.toThrow('not a file');
  expect((await source.open('http://example.org/', undefined, never)).status).toBe(404);
});

it('refuses a range beyond the end', async () => {
  expect((await source.open(url('/s.mp4'), { from: 5, length: 6 }, never)).status).toBe(404);
});
