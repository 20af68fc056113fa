/** `shoal dev`: the demo. A bundled clip, live and as a title, and switches to break things. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ShoalError } from '@shoal/core/errors';
import type { Entry } from '../origin/catalog.js';
import { readThroughEdge } from '../origin/reading.js';
import { DEMO_WEB, readWebFiles } from '../pages/web-files.js';
import { edgeAddresses } from '../pull/addresses.js';
import { playlistUrls } from '../pull/playlist.js';
import { createSession } from '../pull/session.js';
import { createFolderSource } from '../source/folder-source.js';
import { createLoopSource, LOOP_URL, type LoopClip } from '../source/loop-source.js';
import type { Source } from '../source/source.js';
import { demoRoutes } from './demo-routes.js';
import { buildHouse, type House, running } from './house.js';
import { type LiveParts, type OpenLive, openLive } from './live.js';
import type { RunningServer, ServerOptions } from './options.js';

export interface DevOptions extends ServerOptions {
  /** Folder of the clip; the bundled one when undefined. */
  readonly clip?: string | undefined;
  /** Channels beside the clip, which has the names `live` and `clip`; undefined: none. */
  readonly live?: LiveParts | undefined;
}

export async function startDev(options: DevOptions): Promise<RunningServer> {
  const folder = options.clip ?? CLIP;
  const clip = await readClip(folder);
  // A demo keeps nothing: each run has a key and an epoch of its own.
  const house = await buildHouse({ ...options, stateDir: options.stateDir ?? 'memory' });
  let live: OpenLive | undefined;
  const close = async (): Promise<void> => {
    await live?.stop();
    await house.close();
    await live?.close();
  };
  try {
    const began = house.now();
    const loop = createLoopSource(clip, Date.now(), () => house.now() - began);
    const title = pathToFileURL(join(folder, 'index.m3u8')).href;
    const entries = [
      addChannel(house, 'live', 'The bundled clip, live', loop, LOOP_URL),
      addChannel(house, 'clip', 'The bundled clip', createFolderSource(folder), title),
    ];
    for (const { keeper } of entries) await keeper.start();
    live = options.live && (await openLive(house, options.live));
    const home = await readWebFiles(DEMO_WEB);
    const http = await house.open({ home, routes: demoRoutes(house, home) });
    const all = [...entries, ...(live?.entries ?? [])];
    const { port, banner } = running(house, http, 'Shoal demo', all);
    return { port, banner: live?.tell(banner) ?? banner, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function addChannel(house: House, name: string, title: string, source: Source, url: string): Entry {
  const epochNow = (): number => Math.floor(Date.now() / 1000);
  const stream = house.newStream(name, title, epochNow());
  const keeper = createSession({
    ...house,
    stream,
    source,
    url,
    addresses: edgeAddresses(stream),
    read: readThroughEdge(house.cache, source),
    epochNow,
  });
  const entry = { stream, source, keeper };
  house.catalog.add(entry);
  return entry;
}

export async function readClip(folder: string): Promise<LoopClip> {
  try {
    const base = pathToFileURL(`${folder}/`).href;
    const urls = playlistUrls(await readFile(join(folder, 'index.m3u8'), 'utf8'), base);
    const renditions = urls.map((url) => url.slice(base.length).split('/')[0] ?? '');
    const media = await readFile(join(folder, renditions[0] ?? '', 'index.m3u8'), 'utf8');
    const durations = [...media.matchAll(/^#EXTINF:([\d.]+)/gm)].map((match) => Number(match[1]));
    const segmentMs = Math.round((durations[0] ?? 0) * 1000);
    if (!(segmentMs > 0)) throw new Error('no segments');
    return { folder, renditions, segments: durations.length, segmentMs, window: WINDOW };
  } catch (error) {
    throw new ShoalError(
      'server/source',
      `the bundled clip in ${folder} is missing or damaged`,
      error,
    );
  }
}

/** The bundled clip of the checkout. */
export const CLIP = fileURLToPath(new URL('../../../../media/clip/', import.meta.url));
/** Twenty seconds of two-second segments. */
const WINDOW = 10;
