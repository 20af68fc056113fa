/** What all roles of one process share: key, cache, tracker, streams and the port. */
import { randomBytes, randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { DEFAULT_CACHE } from '@shoal/core/edge';
import { createTracker } from '@shoal/core/tracker';
import { createCache, type EdgeCache } from '../edge/cache.js';
import type { Route } from '../http/call.js';
import { createLinks, type Links } from '../http/links.js';
import { type HttpServer, startHttp } from '../http/server.js';
import { type Catalog, createCatalog, type Entry, isReady } from '../origin/catalog.js';
import { streamRoutes } from '../origin/http.js';
import { createStream, type Stream } from '../origin/stream.js';
import { loadStreamKey, type StreamKey } from '../origin/stream-key.js';
import { createTags, type TagOf } from '../origin/tags.js';
import { pageRoutes } from '../pages/http.js';
import { BROWSER_WEB, readWebFiles, type WebFiles } from '../pages/web-files.js';
import { defaultStateDir, ephemeralState, openStateDir } from '../state/state-dir.js';
import { createLog, type Log } from '../telemetry/log.js';
import { createMeters, type Meters } from '../telemetry/meters.js';
import { DEFAULT_TRACKER_SOCKETS } from '../tracker/config.js';
import { startTracker, type TrackerServer } from '../tracker/server.js';
import { operationRoutes } from './operation.js';
import { checkOptions, type RunningServer, type ServerOptions } from './options.js';
import { titlesOf } from './titles.js';

/** The shared parts, before the port opens. */
export interface House {
  readonly options: ServerOptions;
  readonly statePath: string | undefined;
  readonly key: StreamKey;
  readonly cache: EdgeCache;
  readonly tracker: TrackerServer;
  readonly catalog: Catalog;
  readonly links: Links;
  readonly tagOf: TagOf;
  readonly log: Log;
  readonly meters: Meters;
  /** The edge's switch: while it is on, no media is sent. */
  readonly edge: { cut: boolean };
  readonly now: () => number;
  readonly dice: () => number;
  /** A stream whose records go to the tracker. */
  newStream(name: string, title: string, epoch: number): Stream;
  /** Opens the port with these routes besides the common ones. */
  open(more: HouseExtras): Promise<HttpServer>;
  close(): Promise<void>;
}

export interface HouseExtras {
  readonly routes?: readonly Route[];
  /** A page in place of the list of titles. */
  readonly home?: WebFiles;
  /** Titles that are not streams yet. */
  readonly pending?: Parameters<typeof titlesOf>[1];
}

export async function buildHouse(options: ServerOptions): Promise<House> {
  const { publicUrl } = checkOptions(options);
  const log = createLog(options.logLevel);
  const meters = createMeters();
  const memory = options.stateDir === 'memory';
  const state = memory ? undefined : await openStateDir(options.stateDir ?? defaultStateDir());
  const secrets = state ?? ephemeralState();
  const key = await loadStreamKey(secrets);
  const now = (): number => performance.now();
  const dice = (): number => randomInt(2 ** 32) / 2 ** 32;
  const cache = createCache({ ...DEFAULT_CACHE, bytesMax: options.cacheBytesMax }, meters, now);
  const tracker = startTracker({
    machine: createTracker({ seed: randomInt(2 ** 32), now: now() }),
    secretKey: await secrets.secret('tracker.key', () => randomBytes(32)),
    now,
    log,
    meters,
    config: { ...DEFAULT_TRACKER_SOCKETS, trustProxy: options.trustProxy },
  });
  const catalog = createCatalog();
  const edge = { cut: false };
  let http: HttpServer | undefined;
  const links = createLinks(publicUrl, () => localUrl(options.host, http?.port ?? options.port));
  const house: House = {
    options,
    statePath: state?.path,
    key,
    cache,
    tracker,
    catalog,
    links,
    tagOf: createTags(links, options.assumeConsent),
    log,
    meters,
    edge,
    now,
    dice,
    newStream: (name, title, epoch) =>
      announced(createStream(key, name, title, epoch, serve), tracker),
    open: async (more) => {
      const web = await readWebFiles(BROWSER_WEB);
      const routes = [...commonRoutes(house, web, more), ...(more.routes ?? [])];
      const upgrades = { tracker: tracker.upgrade };
      http = await startHttp(
        { host: options.host, port: options.port },
        { routes, upgrades, log, meters },
      );
      return http;
    },
    close: async () => {
      catalog.close();
      tracker.close();
      await http?.close();
    },
  };
  const serve = (stream: Stream): void => {
    const { streamId, epoch } = stream.signing;
    tracker.feed({ type: 'stream', streamId, epoch });
  };
  return house;
}

function announced(stream: Stream, tracker: TrackerServer): Stream {
  const { streamId, epoch } = stream.signing;
  tracker.feed({ type: 'stream', streamId, epoch });
  // A title needs no announcements: who plays it asks for the records around its playhead.
  stream.records.watch((sealed) => {
    if (stream.live) tracker.feed({ type: 'record', sealed });
  });
  return stream;
}

function commonRoutes(house: House, web: WebFiles, more: HouseExtras): readonly Route[] {
  const { catalog, cache, links, options, edge } = house;
  const first = (): string | undefined =>
    catalog.all().find(({ stream }) => isReady(stream))?.stream.name ??
    catalog.all()[0]?.stream.name;
  return [
    ...operationRoutes(house),
    ...streamRoutes(catalog, { cache, cut: () => edge.cut }),
    ...pageRoutes({
      links,
      web,
      assumeConsent: options.assumeConsent,
      titles: () => titlesOf(catalog, more.pending),
      has: (name) => catalog.get(name) !== undefined,
      tagOf: (name) => {
        const stream = catalog.get(name)?.stream;
        return stream === undefined ? '' : house.tagOf(stream, undefined);
      },
      first,
      ...(more.home === undefined ? {} : { home: more.home }),
    }),
  ];
}

/** The server as its starter sees it. */
export function running(
  house: House,
  http: HttpServer,
  headline: string,
  entries: readonly Entry[],
): RunningServer {
  const { links, options } = house;
  const lines = [headline, '', `  open      ${links.shown('')}`];
  for (const { stream } of entries.slice(0, SHOWN)) {
    lines.push(`  playlist  ${links.shown(`hls/${stream.name}/index.m3u8`)}`);
  }
  lines.push(`  status    ${links.shown('api/status')}`);
  if (options.assumeConsent) lines.push('', CONSENT_WARNING);
  lines.push('', 'Ctrl-C stops it.');
  return { port: http.port, banner: lines.join('\n'), close: () => house.close() };
}

function localUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

const CONSENT_WARNING =
  'WARNING: consent is assumed. Viewers upload to each other without being asked: labs only.';

const SHOWN = 5;
