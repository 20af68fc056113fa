/** `shoal router`: sends viewers to edges. */
import { performance } from 'node:perf_hooks';
import { DEFAULT_ROUTER, type PrefixTable, Router } from '@shoal/core/router';
import { Ms } from '@shoal/core/units';
import { type AdminConfig, startAdmin } from '../edge/admin.js';
import type { Call, Route } from '../http/call.js';
import { reply, replyJson } from '../http/reply.js';
import { type HttpServer, startHttp } from '../http/server.js';
import { isWell, startChecks } from '../router/checks.js';
import { commandRoutes } from '../router/commands.js';
import type { RouterFile } from '../router/config.js';
import { routingRoutes } from '../router/http.js';
import { createLog, type LogLevel } from '../telemetry/log.js';
import { createMeters, type Meters } from '../telemetry/meters.js';
import type { RunningServer } from './options.js';
import { VERSION } from './version.js';

export interface RouterOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly file: RouterFile;
  /** Where viewers are; without it all places are alike. */
  readonly prefixes?: PrefixTable | undefined;
  /** Where an operator's commands are taken; nowhere by default. */
  readonly admin?: AdminConfig;
  /** Whether a proxy in front says in `X-Forwarded-For` who the viewer is. */
  readonly trustProxy: boolean;
  readonly logLevel: LogLevel;
}

export interface RunningRouter extends RunningServer {
  /** The port for commands, when there is one. */
  readonly adminPort: number | undefined;
}

/** Throws one sentence when a port cannot be had. */
export async function startRouter(options: RouterOptions): Promise<RunningRouter> {
  const { file, prefixes, trustProxy } = options;
  const now = (): number => performance.now();
  const [log, meters] = [createLog(options.logLevel), createMeters()];
  const router = routerOf(file, now);
  const urls = new Map(file.edges.map(({ id, url }) => [id, new URL(url)]));
  const { steering } = file;
  const routing = routingRoutes({ router, urls, prefixes, steering, trustProxy, now });
  const routes = [...ownRoutes(router, meters, now), ...routing.routes];
  const parts = { upgrades: {}, log, meters };
  const http = await startHttp(options, { ...parts, routes, rest: routing.rest });
  const admin = await startAdminOf(options, router, now, http, parts);
  const ask = async (id: string): Promise<boolean> => {
    const base = urls.get(id);
    return base !== undefined && (await isWell(base, CHECK_MS));
  };
  const checks = startChecks({ router, now, log, ask });
  return {
    port: http.port,
    adminPort: admin?.port,
    banner: bannerOf(options, http.port, admin?.port),
    close: async () => {
      checks.close();
      await admin?.close();
      await http.close();
    },
  };
}

function routerOf({ near, checks, load, edges }: RouterFile, now: () => number): Router {
  const config = {
    ...DEFAULT_ROUTER,
    near,
    checkMs: Ms(checks.every * 1000),
    failuresToDown: checks.failures,
    successesToUp: checks.successes,
    fullAt: load.full,
    roomAt: load.room,
  };
  const router = new Router({ now: Ms(now()), config });
  for (const { id, place } of edges) router.step(Ms(now()), { type: 'add', edge: { id, place } });
  return router;
}

async function startAdminOf(
  { admin }: RouterOptions,
  router: Router,
  now: () => number,
  http: HttpServer,
  parts: { readonly log: ReturnType<typeof createLog>; readonly meters: Meters },
): Promise<HttpServer | undefined> {
  if (admin === undefined) return undefined;
  try {
    return await startAdmin(admin, commandRoutes({ router, now, token: admin.token }), parts);
  } catch (error) {
    await http.close();
    throw error;
  }
}

function ownRoutes(router: Router, meters: Meters, now: () => number): readonly Route[] {
  const edges = () => router.edges(Ms(now()));
  meters.gauge('router_edges', 'Edges known', () => edges().length);
  meters.gauge('router_edges_up', 'Edges that are well', () => {
    return edges().filter(({ status }) => status === 'up').length;
  });
  const text = (call: Call, body: string, type = 'text/plain'): void =>
    reply(call, { type, body, kind: { type: 'page' }, counts: 'page' });
  const metrics = async (call: Call): Promise<void> =>
    text(call, await meters.text(), METRICS_TYPE);
  const status = (call: Call): void => replyJson(call, { version: VERSION, edges: edges() });
  return [
    { at: 'healthz', cors: false, handle: (call) => text(call, 'ok\n') },
    { at: 'metrics', cors: false, handle: metrics },
    { at: 'api/status', cors: false, handle: status },
  ];
}

function bannerOf(options: RouterOptions, port: number, adminPort: number | undefined): string {
  const shown = (host: string): string => (host.includes(':') ? `[${host}]` : host);
  const base = `http://${shown(options.host)}:${port}`;
  const { edges } = options.file;
  const many = edges.length === 1 ? 'one edge' : `${edges.length} edges`;
  return [
    `Shoal sends viewers of ${base}/ to ${many}`,
    '',
    `  steering  ${base}/steering?path=/live/`,
    `  status    ${base}/api/status`,
    ...(adminPort === undefined
      ? []
      : [`  admin     http://${shown(options.admin?.host ?? '')}:${adminPort}/`]),
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}

/** An edge that takes longer to say that it is well is not. */
const CHECK_MS = 1000;
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
