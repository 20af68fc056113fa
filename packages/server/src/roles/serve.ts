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
import { type FoundHls, type FoundVideo, type Scan, scanFolder } from '../titles/scan.js';
import { createWorkshop, type Workshop } from '../titles/workshop.js';
import { buildHouse, type House, running } from './house.js';
import type { RunningServer, ServerOptions } from './options.js';

export interface ServeOptions extends ServerOptions {
  readonly folder: string;
}

/** Throws one sentence when the folder is not there or holds nothing that can be served. */
export async function startServe(options: ServeOptions): Promise<RunningServer> {
  const root = resolve(options.folder);
  const scan = await scanFolder(root);
  const videos = scan.titles.filter((title) => title.type === 'video');
  const ready = scan.titles.filter((title) => title.type === 'hls');
  const able = videos.length === 0 || (await hasFfmpeg());
  checkScan(root, scan, able);
  const house = await buildHouse(options);
  for (const { path, why } of scan.unreadable) house.log.warn({ path }, `left out: ${why}`);
  if (!able) house.log.warn(`${videos.length} video files left out: ${FFMPEG_HINT}`);
  for (const title of ready) addTitle(house, title, root);
  const workshop = createWorkshop({
    store: join(house.statePath ?? tmpdir(), 'titles'),
    log: house.log,
    onReady: (video, folder) => addTitle(house, prepared(video, folder), folder),
  });
  try {
    await openLive(house);
    const http = await house.open({ pending: workshop.listed });
    if (able) workshop.add(videos);
    const server = running(
      house,
      http,
      headline(root, ready.length, able ? videos.length : 0),
      house.catalog.all(),
    );
    return { ...server, close: () => closeAll(workshop, server) };
  } catch (error) {
    await house.close();
    throw error;
  }
}

async function closeAll(workshop: Workshop, server: RunningServer): Promise<void> {
  await workshop.close();
  await server.close();
}

/** Nothing to serve is an error with a way out. */
function checkScan(root: string, { titles, unreadable }: Scan, able: boolean): void {
  const [bad] = unreadable;
  if (titles.length === 0 && bad !== undefined) {
    throw new ShoalError('server/source', `${bad.path}: ${bad.why}`);
  }
  if (titles.length === 0) {
    throw new ShoalError(
      'server/source',
      `${root} holds no title: put HLS folders or MP4, MOV or MKV files there`,
    );
  }
  if (!able && titles.every(({ type }) => type === 'video'))
    throw new ShoalError('server/source', FFMPEG_HINT);
}

function addTitle(house: House, title: FoundHls, root: string): Entry {
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
  const entry = { stream, source, keeper };
  house.catalog.add(entry);
  return entry;
}

/** Live folders begin at once, so that announcements flow; a title begins with its first viewer. */
async function openLive({ catalog, log }: House): Promise<void> {
  for (const { stream, keeper } of catalog.all()) {
    const live = await keeper.peek();
    if (!live) continue;
    await keeper
      .start()
      .catch((error: unknown) =>
        log.warn({ stream: stream.name, err: error }, 'a live folder cannot be played yet'),
      );
  }
}

function prepared({ name, title, changedAt }: FoundVideo, folder: string): FoundHls {
  const url = pathToFileURL(join(folder, 'index.m3u8')).href;
  return { type: 'hls', name, title, url, changedAt };
}

function headline(root: string, ready: number, videos: number): string {
  const waiting =
    videos === 0 ? '' : `, preparing ${videos === 1 ? 'one video' : `${videos} videos`}`;
  return `Shoal serves ${ready === 1 ? 'one title' : `${ready} titles`} from ${root}${waiting}`;
}
