import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadStreamKey } from '../origin/stream-key.js';
import { openStateDir } from './state-dir.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-state-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('keeps the stream key between runs, readable by its owner alone', async () => {
  const first = await loadStreamKey(await openStateDir(join(folder, 'state')));
  const again = await loadStreamKey(await openStateDir(join(folder, 'state')));
  expect(again.publicKey).toEqual(first.publicKey);
  const { mode } = await stat(join(folder, 'state', 'stream.key'));
  expect(mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'state'))).mode & 0o777).toBe(0o700);
  expect(await readFile(join(folder, 'state', 'stream.key'), 'utf8')).toContain('PRIVATE KEY');
});

it('refuses a key file that holds none, in one sentence', async () => {
  await writeFile(join(folder, 'stream.key'), 'nonsense');
  const state = await openStateDir(folder);
  await expect(loadStreamKey(state)).rejects.toThrow('stream.key in the state folder is not');
});

it('refuses a folder that cannot be one', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(openStateDir(join(folder, 'file'))).rejects.toThrow('cannot be used');
});
