/** Finds the titles below a folder: HLS playlists that no other playlist names, and video files. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ShoalError } from '@shoal/core/errors';
import { readPlaylist } from '../pull/playlist.js';
import { PLAYLIST_BYTES_MAX } from '../source/source.js';
import { createNames, type NameOf } from './names.js';

export interface FoundHls {
  readonly type: 'hls';
  readonly name: string;
  readonly title: string;
  /** `file:` address of the playlist to begin with. */
  readonly url: string;
  /** Seconds since 1970 of the last change: names the epoch of a title. */
  readonly changedAt: number;
}

export interface FoundVideo {
  readonly type: 'video';
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly bytes: number;
  readonly changedAt: number;
}

export interface Scan {
  readonly titles: readonly (FoundHls | FoundVideo)[];
  /** Files that looked like titles and could not be read, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly why: string }[];
}

/** Throws `server/source` when there is no such folder. */
export async function scanFolder(root: string, nameOf: NameOf = createNames()): Promise<Scan> {
  const unreadable: { path: string; why: string }[] = [];
  const files = await listFiles(root);
  const playlists: Playlist[] = [];
  for (const path of files.filter((one) => extname(one).toLowerCase() === '.m3u8')) {
    try {
      playlists.push(await readOne(path));
    } catch (error) {
      unreadable.push({ path: relative(root, path), why: reason(error) });
    }
  }
  const named = new Set(playlists.flatMap((one) => one.names));
  const titles: (FoundHls | FoundVideo)[] = [];
  for (const { path, url, changedAt } of playlists.filter((one) => !named.has(one.url))) {
    const title = titleOf(root, path);
    titles.push({ type: 'hls', name: nameOf(title, url), title, url, changedAt });
  }
  const live = new Set(playlists.flatMap((one) => (one.live ? [dirname(one.path)] : [])));
  for (const path of files.filter((one) => VIDEO.has(extname(one).toLowerCase()))) {
    // What a playlist names, and what a live one has named, is a part of that title.
    if (live.has(dirname(path)) || named.has(pathToFileURL(path).href)) continue;
    const { size: bytes, mtimeMs } = await stat(path);
    const title = relative(root, path).slice(0, -extname(path).length);
    titles.push({
      type: 'video',
      name: nameOf(title, path),
      title,
      path,
      bytes,
      changedAt: seconds(mtimeMs),
    });
  }
  return { titles, unreadable };
}

interface Playlist {
  readonly path: string;
  readonly url: string;
  /** Everything that it names. */
  readonly names: readonly string[];
  readonly live: boolean;
  readonly changedAt: number;
}

async function readOne(path: string): Promise<Playlist> {
  const { size, mtimeMs } = await stat(path);
  if (size > PLAYLIST_BYTES_MAX) throw new Error('it is larger than 4 MiB');
  const url = pathToFileURL(path).href;
  const view = readPlaylist(await readFile(path, 'utf8'), url);
  const live = view.type === 'media' && view.live;
  return { path, url, names: namesOf(view), live, changedAt: seconds(mtimeMs) };
}

function namesOf(view: ReturnType<typeof readPlaylist>): readonly string[] {
  if (view.type === 'multivariant') return view.urls;
  return view.segments.flatMap(({ place, init }) => (init ? [place.url, init.url] : [place.url]));
}

/**
 * All files, sorted, hidden ones left out; a bounded number, so that a wrong folder is not a hang.
 */
async function listFiles(root: string): Promise<string[]> {
  const out: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (out.length >= FILES_MAX) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < DEPTH_MAX) await walk(path, depth + 1).catch(() => {});
      else if (WANTED.has(extname(entry.name).toLowerCase())) out.push(path);
    }
  };
  await walk(root, 0).catch((error: NodeJS.ErrnoException) => {
    throw new ShoalError(
      'server/source',
      `${root}: ${FOLDER_WHY[error.code ?? ''] ?? error.message}`,
      error,
    );
  });
  return out;
}

/** A playlist with an ordinary name is called after its folder. */
function titleOf(root: string, path: string): string {
  const file = basename(path, extname(path));
  if (!ORDINARY.has(file.toLowerCase())) return relative(root, join(path, '..', file));
  const folder = relative(root, join(path, '..'));
  return folder === '' ? basename(root) : folder;
}

function reason(error: unknown): string {
  if (error instanceof ShoalError) return 'it is not an HLS playlist';
  return error instanceof Error ? error.message : String(error);
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

const FILES_MAX = 20_000;
const DEPTH_MAX = 8;
const VIDEO = new Set(['.mp4', '.mov', '.mkv', '.m4v']);
const WANTED = new Set(['.m3u8', ...VIDEO]);
const ORDINARY = new Set(['index', 'master', 'main', 'playlist', 'stream', 'prog_index']);
const FOLDER_WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'this is not a folder',
  EACCES: 'this folder may not be read',
};
