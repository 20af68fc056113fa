/** `shoal edge`: a caching reverse proxy in front of one or more origins. */
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { DEFAULT_CACHE, DEFAULT_LIFETIME } from '@shoal/core/edge';
import { ShoalError } from '@shoal/core/errors';
import { Ms } from '@shoal/core/units';
import { type AdminConfig, startAdmin } from '../edge/admin.js';
import { admit } from '../edge/admission.js';
import { answer } from '../edge/answer.js';
import { DEFAULT_PATIENCE } from '../edge/config.js';
import { type DiskTier, openDisk } from '../edge/disk.js';
import { headersToForward } from '../edge/forward.js';
import { createLane } from '../edge/lane.js';
import { passOn } from '../edge/passing.js';
import { createProxy, type ProxyCache } from '../edge/proxy.js';
import { purgeRoute } from '../edge/purge.js';
import { openReception, type Reception, type ReceptionOptions } from '../edge/reception.js';
import { createUpstreams, type Upstreams } from '../edge/upstreams.js';
import type { Call, Route } from '../http/call.js';
import { refuse, reply, replyJson } from '../http/reply.js';
import { type HttpServer, startHttp } from '../http/server.js';
import { createLog, type Log, type LogLevel } from '../telemetry/log.js';
import { createMeters, type Meters } from '../telemetry/meters.js';
import type { RunningServer } from './options.js';
import { VERSION } from './version.js';

export interface EdgeOptions extends ReceptionOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where objects come from, in the order to be asked: `http` or `https` addresses. */
  readonly origins: readonly string[];
  /** Edges asked before the origins. */
  readonly parents: readonly string[];
  /**
   * What upstreams see of a request: its target alone, so that nothing else can poison the cache
   * (the default), or the whole: headers, cookies, and other methods than GET and HEAD.
   */
  readonly forward?: 'target' | 'requests';
  /** Bytes of objects kept in memory. */
  readonly cacheBytesMax: number;
  /** Where objects outlive the process; in memory alone without it. */
  readonly disk?: {
    readonly folder: string;
    /** Bytes of files kept there. */
    readonly bytesMax: number;
  };
  /** How long running answers may take after the server was told to stop. */
  readonly drainMs: number;
  readonly logLevel: LogLevel;
  /** Where an operator's commands are taken; nowhere by default. */
  readonly admin?: AdminConfig;
  /** Whether a proxy in front says in `X-Forwarded-For` who the viewer is. */
  readonly trustProxy?: boolean;
  /** How long the headers of a request may take; 10 s by default. */
  readonly headersMs?: number;
}

export interface RunningEdge extends RunningServer {
  /** The port for commands, when there is one. */
  readonly adminPort: number | undefined;
}

/** Throws one sentence when an option makes no sense or a port cannot be had. */
export async function startEdge(options: EdgeOptions): Promise<RunningEdge> {
  const urls = readUpstreams(options);
  const [log, meters] = [createLog(options.logLevel), createMeters()];
  const now = (): number => performance.now();
  const wall = (): number => Date.now();
  const disk = options.disk === undefined ? undefined : openDisk({ ...options.disk, log });
  const reception = openReception(options, { log, meters, now, wall });
  const upstreams = createUpstreams({ urls, now });
  const state = { draining: false };
  const close = async (): Promise<void> => {
    upstreams.close();
    await reception.close();
    await disk?.close();
  };
  try {
    const parts = { options, disk, upstreams, reception, log, meters, now, wall };
    const { http, admin } = await openPorts(parts, state);
    return {
      port: http.port,
      adminPort: admin?.port,
      banner: bannerOf(options, http.port, urls, admin?.port),
      close: async () => {
        state.draining = true;
        await admin?.close();
        await http.drain(options.drainMs);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface EdgeHouse {
  readonly options: EdgeOptions;
  readonly disk: DiskTier | undefined;
  readonly upstreams: Upstreams;
  readonly reception: Reception;
  readonly log: Log;
  readonly meters: Meters;
  readonly now: () => number;
  readonly wall: () => number;
}

/** The cache, and the ports of viewers and of the operator. */
async function openPorts(
  house: EdgeHouse,
  state: { readonly draining: boolean },
): Promise<{ readonly http: HttpServer; readonly admin: HttpServer | undefined }> {
  const { options, disk, upstreams, reception, log, meters, now, wall } = house;
  const id = `shoal-${randomBytes(6).toString('hex')}`;
  const config = { ...DEFAULT_CACHE, bytesMax: options.cacheBytesMax };
  const whole = options.forward === 'requests';
  // An error may be due to what one viewer sent, and must not be given to others.
  const life = whole ? { ...DEFAULT_LIFETIME, errorMs: Ms(0) } : DEFAULT_LIFETIME;
  const proxy = createProxy({ upstreams, config, life, disk, id, meters, log, now, wall });
  const routes = [...ownRoutes(proxy, house, state), ...reception.routes];
  const own = new Set(routes.map(({ at }) => `/${at}`));
  const isOwn = (path: string): boolean => own.has(path) || path.includes('%');
  const { front, onVisit } = reception;
  const patience = DEFAULT_PATIENCE;
  const shared = { front, onVisit, now, wall };
  const lane = createLane({ ...shared, proxy, meters, patience, isOwn, hitsOnly: whole });
  const parts = { proxy, id, patience, now, ...(whole ? { forward: headersToForward } : {}) };
  const passing = { proxy, upstreams, id, silenceMsMax: config.silenceMsMax };
  const serve = (call: Call, target: string): Promise<void> =>
    READS.has(call.method) ? answer(call, parts, target) : passOn(call, passing, target);
  // Who is behind a proxy stands in a header that sends a request to the parser.
  const admission = { ...shared, serve, trustProxy: options.trustProxy ?? false };
  const handle = (call: Call): Promise<void> => admit(call, admission);
  const rest: Route = { at: '*', cors: true, anyMethod: whole, handle };
  const http = await startHttp(options, { routes, rest, lane, upgrades: {}, log, meters });
  if (options.admin === undefined) return { http, admin: undefined };
  try {
    const purge = purgeRoute({ purge: proxy.purge.bind(proxy), token: options.admin.token });
    return { http, admin: await startAdmin(options.admin, [purge], { log, meters }) };
  } catch (error) {
    await http.close();
    throw error;
  }
}

function ownRoutes(
  proxy: ProxyCache,
  { disk, upstreams, meters }: EdgeHouse,
  state: { readonly draining: boolean },
): readonly Route[] {
  meters.gauge('cache_bytes', 'Bytes of media in memory', () => proxy.bytes);
  meters.gauge('cache_objects', 'Objects in memory', () => proxy.objects);
  if (disk !== undefined) {
    meters.gauge('disk_bytes', 'Bytes of files on disk', () => disk.bytes);
    meters.gauge('disk_objects', 'Objects on disk', () => disk.objects);
    meters.gauge('disk_on', '0 once the disk has failed', () => Number(disk.on));
  }
  meters.gauge('process_resident_bytes', 'Resident memory', () => process.memoryUsage.rss());
  const text = (call: Call, body: string, type = 'text/plain'): void =>
    reply(call, { type, body, kind: { type: 'page' }, counts: 'page' });
  return [
    {
      at: 'healthz',
      cors: false,
      handle: (call) => {
        if (state.draining) refuse(call, 503, 'this edge is draining');
        else text(call, 'ok\n');
      },
    },
    {
      at: 'metrics',
      cors: false,
      handle: async (call) => text(call, await meters.text(), METRICS_TYPE),
    },
    {
      at: 'api/status',
      cors: false,
      handle: (call) => replyJson(call, statusOf(proxy, disk, upstreams, meters, state.draining)),
    },
  ];
}

function statusOf(
  proxy: ProxyCache,
  disk: DiskTier | undefined,
  upstreams: Upstreams,
  meters: Meters,
  draining: boolean,
): unknown {
  const totals = meters.totals();
  return {
    version: VERSION,
    uptime_s: Math.round(process.uptime()),
    draining,
    upstreams: upstreams.status(),
    bytes: { sent: totals.sentBytes.media, upstream: totals.upstreamBytes },
    edge: {
      ...totals.cache,
      fetches: totals.upstreamFetches,
      bytes: proxy.bytes,
      objects: proxy.objects,
    },
    ...(disk === undefined
      ? {}
      : { disk: { on: disk.on, bytes: disk.bytes, objects: disk.objects } }),
  };
}

function readUpstreams({ origins, parents }: EdgeOptions): readonly URL[] {
  if (origins.length === 0) {
    throw new ShoalError('server/config', 'an edge needs an origin: --origin https://example.org');
  }
  const read = (option: string) => (text: string) => readBase(option, text);
  return [...parents.map(read('--parent')), ...origins.map(read('--origin'))];
}

function readBase(option: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new ShoalError(
      'server/config',
      `${option} must be an http or https address, not "${text}"`,
    );
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '') {
    const hint = `give ${option} a host and at most a path`;
    throw new ShoalError('server/config', `${option} has a query, fragment or password; ${hint}`);
  }
  return url;
}

function bannerOf(
  options: EdgeOptions,
  port: number,
  urls: readonly URL[],
  adminPort: number | undefined,
): string {
  const shown = (host: string): string => (host.includes(':') ? `[${host}]` : host);
  const host = shown(options.host);
  const admin = `  admin     http://${shown(options.admin?.host ?? '')}:${adminPort}/`;
  return [
    `Shoal caches ${urls.at(-1)?.href} on http://${host}:${port}/`,
    '',
    ...urls.map(
      ({ href }, at) => `  ${at < options.parents.length ? 'parent' : 'origin'}    ${href}`,
    ),
    `  status    http://${host}:${port}/api/status`,
    ...(adminPort === undefined ? [] : [admin]),
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}

const READS = new Set(['GET', 'HEAD']);
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
