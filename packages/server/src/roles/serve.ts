/** `shoal serve`: every title below a folder; video files are prepared on the way. */
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ShoalError } from '@shoal/core/errors';
import type { Entry } from '../origin/catalog.js';
import { readThroughEdge } from '../origin/reading.js';
import { edgeAddresses } from '../pull/addresses.js';
import { createSession } from '../pull/session.js';
import { createFolderSource } from '../source/folder-source.js';
import { FFMPEG_HINT, hasFfmpeg } from '../titles/ffmpeg.js';
import { createNames } from '../titles/names.js';
import { createNovelties } from '../titles/novelties.js';
import { type FoundHls, type FoundVideo, type Scan, scanFolder } from '../titles/scan.js';
import { createWorkshop, type Workshop } from '../titles/workshop.js';
import { buildHouse, type House, running } from './house.js';
import { type LiveParts, type OpenLive, openLive } from './live.js';
import type { RunningServer, ServerOptions } from './options.js';

export interface ServeOptions extends ServerOptions {
  readonly folder: string;
  /** Channels beside the titles; undefined: none. */
  readonly live?: LiveParts | undefined;
  /** How often the folder is looked through for new titles. */
  readonly rescanMs?: number;
}

/** Throws one sentence when the folder is not there or holds nothing that can be served. */
export async function startServe(options: ServeOptions): Promise<RunningServer> {
  const root = resolve(options.folder);
  const nameOf = createNames(options.live?.streams.map(({ name }) => name));
  const scan = await scanFolder(root, nameOf);
  const able = await hasFfmpeg();
  if (options.live === undefined) checkScan(root, scan, able);
  const house = await buildHouse(options);
  for (const { path, why } of scan.unreadable) house.log.warn({ path }, `left out: ${why}`);
  const workshop = createWorkshop({
    store: join(house.statePath ?? tmpdir(), 'titles'),
    log: house.log,
    onReady: (video, folder) => void addTitle(house, prepared(video, folder), folder),
  });
  const novelties = createNovelties();
  const take = async (found: Scan, settled: boolean): Promise<void> => {
    const { hls, videos } = novelties(found, settled);
    if (!able && videos.length > 0) house.log.warn(`${videos.length} left out: ${FFMPEG_HINT}`);
    await Promise.all(hls.map((title) => addTitle(house, title, root)));
    if (able) workshop.add(videos);
  };
  let live: OpenLive | undefined;
  try {
    live = options.live && (await openLive(house, options.live));
    await take(scan, true);
    const http = await house.open({ pending: workshop.listed });
    const timer = setInterval(() => {
      const looked = scanFolder(root, nameOf).then((found) => take(found, false));
      looked.catch((error: unknown) => house.log.warn({ err: error }, 'the folder is away'));
    }, options.rescanMs ?? RESCAN_MS);
    const server = running(house, http, headline(root, scan, able), house.catalog.all());
    const banner = live?.tell(server.banner) ?? server.banner;
    return { ...server, banner, close: () => closeAll(timer, workshop, house, live) };
  } catch (error) {
    await closeAll(undefined, workshop, house, live);
    throw error;
  }
}

async function closeAll(
  timer: NodeJS.Timeout | undefined,
  workshop: Workshop,
  house: House,
  live: OpenLive | undefined,
): Promise<void> {
  clearInterval(timer);
  await live?.stop();
  await workshop.close();
  await house.close();
  await live?.close();
}

/** Nothing to serve is an error with a way out. */
function checkScan(root: string, { titles, unreadable }: Scan, able: boolean): void {
  const [bad] = unreadable;
  if (titles.length === 0 && bad !== undefined) {
    throw new ShoalError('server/source', `${bad.path}: ${bad.why}`);
  }
  if (titles.length === 0) {
    const hint = 'put HLS folders or MP4, MOV or MKV files there';
    throw new ShoalError('server/source', `${root} holds no title: ${hint}`);
  }
  if (!able && titles.every(({ type }) => type === 'video')) {
    throw new ShoalError('server/source', FFMPEG_HINT);
  }
}

/** A live folder begins at once, so that announcements flow; a title begins with its viewer. */
async function addTitle(house: House, title: FoundHls, root: string): Promise<void> {
  const source = createFolderSource(root);
  const stream = house.newStream(title.name, title.title, title.changedAt);
  const keeper = createSession({
    ...house,
    stream,
    source,
    url: title.url,
    addresses: edgeAddresses(stream),
    read: readThroughEdge(house.cache, source),
    epochNow: () => Math.floor(Date.now() / 1000),
  });
  const entry: Entry = { stream, source, keeper };
  house.catalog.add(entry);
  if (!(await keeper.peek())) return;
  stream.live = true;
  await keeper.start().catch((error: unknown) => {
    house.log.warn({ stream: stream.name, err: error }, 'a live folder cannot be played yet');
  });
}

function prepared({ name, title, changedAt }: FoundVideo, folder: string): FoundHls {
  const url = pathToFileURL(join(folder, 'index.m3u8')).href;
  return { type: 'hls', name, title, url, changedAt };
}

function headline(root: string, { titles }: Scan, able: boolean): string {
  const ready = titles.filter(({ type }) => type === 'hls').length;
  const videos = able ? titles.length - ready : 0;
  const count = ready === 1 ? 'one title' : `${ready} titles`;
  const waiting = videos === 1 ? 'one video' : `${videos} videos`;
  return `Shoal serves ${count} from ${root}${videos === 0 ? '' : `, preparing ${waiting}`}`;
}

const RESCAN_MS = 5000;
