/** Built browser files, read once and served from memory. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { etagOf } from '../http/reply.js';

export interface WebFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  /** The same in gzip, where that is smaller by much. */
  readonly packed: { readonly body: Buffer; readonly etag: string } | undefined;
  /** Whether the name carries a hash of the content, so that it never changes. */
  readonly hashed: boolean;
}

/** Files by path below the folder, with forward slashes. */
export type WebFiles = ReadonlyMap<string, WebFile>;

/**
 * Where the browser package's build is: beside this package in a checkout and in an installation.
 */
export const BROWSER_WEB = fileURLToPath(new URL('../../../browser/dist/web/', import.meta.url));
export const DEMO_WEB = fileURLToPath(new URL('../../../dashboard/dist/demo/', import.meta.url));

/** Reads a folder; one that does not exist has no files. */
export async function readWebFiles(folder: string): Promise<WebFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, WebFile>();
  for (const entry of entries) {
    if (!entry.isFile() || entry.name.endsWith('.map')) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(join(folder, '/').length).replaceAll('\\', '/');
    files.set(name, await webFile(name, await readFile(path)));
  }
  return files;
}

async function webFile(name: string, body: Buffer): Promise<WebFile> {
  const type = TYPES[extname(name)] ?? 'application/octet-stream';
  const small = await promisify(gzip)(body, { level: 9 });
  const isWorth = small.length < 0.8 * body.length;
  const packed = isWorth ? { body: small, etag: etagOf(small) } : undefined;
  return { body, type, etag: etagOf(body), packed, hashed: HASHED.test(name) };
}

/** As the bundler names what it puts beside a page. */
const HASHED = /(?:^|\/)[\w-]*assets\/.*-(?=[\w-]*[A-Z0-9])[\w-]{8}\.\w+$/;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};
