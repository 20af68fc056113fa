/** `shoal pull`: follows somebody else's HLS, signs it, and serves playlists that carry the tag. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ShoalError } from '@shoal/core/errors';
import { readApart, readThroughEdge } from '../origin/reading.js';
import { edgeAddresses, upstreamAddresses } from '../pull/addresses.js';
import { createSession } from '../pull/session.js';
import { createAddressGuard } from '../source/address-guard.js';
import { createHttpSource, shown } from '../source/http-source.js';
import { createMirrorSource } from '../source/mirror-source.js';
import { buildHouse, running } from './house.js';
import type { RunningServer, ServerOptions } from './options.js';
import { VERSION } from './version.js';

export interface PullOptions extends ServerOptions {
  /** The playlist, multivariant or media, live or VOD. */
  readonly url: string;
  readonly name: string;
  /** Who sends segments to viewers: our edge, or the servers they are on. */
  readonly delivery: 'edge' | 'upstream';
  /** Folder in which the segments lie on this machine, as below the playlist's address. */
  readonly files?: string | undefined;
  /** Whether the playlist may name other hosts in private networks. */
  readonly allowPrivate: boolean;
}

/**
 * Resolves once the stream can be played. Throws one sentence when the source is not there or is
 * not HLS.
 */
export async function startPull(options: PullOptions): Promise<RunningServer> {
  const given = readUrl(options.url);
  const folder = await readFolder(options.files);
  const house = await buildHouse(options);
  const guard = createAddressGuard(given, options.allowPrivate);
  const upstream = createHttpSource({ guard, userAgent: `shoal/${VERSION}`, playlistMsMax: 8000 });
  const source = folder === undefined ? upstream : createMirrorSource(upstream, folder, given.href);
  const epochNow = (): number => Math.floor(Date.now() / 1000);
  const stream = house.newStream(options.name, options.name, epochNow());
  const ours = options.delivery === 'edge';
  const keeper = createSession({
    ...house,
    stream,
    source,
    url: given.href,
    addresses: ours ? edgeAddresses(stream) : upstreamAddresses(),
    read: ours ? readThroughEdge(house.cache, source) : readApart(source, house.meters),
    epochNow,
  });
  const entry = { stream, source, keeper };
  house.catalog.add(entry);
  try {
    await keeper.start();
    const http = await house.open({});
    const server = running(house, http, `Shoal signs ${shown(given.href)}`, [entry]);
    return { ...server, close: () => server.close().finally(upstream.close) };
  } catch (error) {
    await house.close();
    upstream.close();
    throw error;
  }
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ShoalError(
      'server/config',
      `the stream needs an http or https address, not "${text}"`,
    );
  }
  return url;
}

async function readFolder(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return resolve(path);
  throw new ShoalError('server/config', `--files needs a folder, and ${path} is none`);
}
