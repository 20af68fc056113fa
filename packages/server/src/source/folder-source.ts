/** A source on the local disk: `file:` addresses below one folder, and nothing outside it. */
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ShoalError } from '@shoal/core/errors';
import { type Opened, PLAYLIST_BYTES_MAX, type Slice, type Source } from './source.js';

/** `root` is an existing folder; links that lead out of it are refused. */
export function createFolderSource(root: string): Source {
  return {
    playlist: async (url) => {
      const path = await inside(root, url);
      const { size } = await stat(path);
      if (size > PLAYLIST_BYTES_MAX) {
        throw new ShoalError('server/source', 'the playlist is larger than 4 MiB');
      }
      const opened = await openFile(path, undefined);
      const text = Buffer.concat(await collect(opened.body)).toString('utf8');
      return { type: 'text', text, url, validator: undefined };
    },
    open: async (url, slice) => {
      const path = await inside(root, url).catch(() => undefined);
      if (path === undefined) return NOT_THERE;
      return openFile(path, slice).catch(() => NOT_THERE);
    },
  };
}

/** The real path of a `file:` address, or `server/source` when it is not below `root`. */
async function inside(root: string, url: string): Promise<string> {
  if (!url.startsWith('file:')) {
    throw new ShoalError(
      'server/source',
      'a local playlist names something that is not a file here',
    );
  }
  const wanted = new URL(url);
  wanted.search = '';
  wanted.hash = '';
  try {
    const [top, path] = await Promise.all([realpath(root), realpath(fileURLToPath(wanted))]);
    if (path.startsWith(top.endsWith(sep) ? top : top + sep)) return path;
  } catch (error) {
    throw new ShoalError('server/source', 'a file is missing or may not be read', error);
  }
  throw new ShoalError('server/source', 'a local playlist names a file outside its folder');
}

async function openFile(path: string, slice: Slice | undefined): Promise<Opened> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const from = slice?.from ?? 0;
    const length = slice?.length ?? size;
    if (from + length > size) throw new ShoalError('edge/short');
    return { status: 200, length, type: undefined, body: readOut(file, from, length), local: true };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads in large steps: one system call costs more than the copy. */
async function* readOut(file: FileHandle, from: number, length: number) {
  try {
    let at = 0;
    while (at < length) {
      const bytes = Buffer.allocUnsafe(Math.min(STEP, length - at));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from + at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield bytes.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks;
}

const STEP = 1024 * 1024;

const NOT_THERE: Opened = {
  status: 404,
  length: undefined,
  type: undefined,
  local: true,
  body: {
    async *[Symbol.asyncIterator]() {},
  },
};
