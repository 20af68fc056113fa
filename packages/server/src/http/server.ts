/** The one HTTP port all roles share: limits, routing, and a clean end. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ShoalError } from '@shoal/core/errors';
import type { Log } from '../telemetry/log.js';
import type { Meters } from '../telemetry/meters.js';
import { type Call, type Route, readTarget, TARGET_CHARS_MAX } from './call.js';
import { allowAnyOrigin, answerPreflight } from './cors.js';
import { refuse } from './reply.js';

export interface HttpConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** How long the headers of a request may take; longer is 10 s by default. */
  readonly headersMs?: number;
}

/** Takes over a connection for a WebSocket. */
export type Upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface HttpServer {
  readonly port: number;
  readonly host: string;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
  /** Stops listening, lets running answers finish for at most `ms`, then closes. */
  drain(ms: number): Promise<void>;
}

/** Sees every connection first; what it does not answer itself it hands over. */
export interface Lane {
  /** `firstMs`: how long a connection may be silent at first. */
  take(socket: Socket, firstMs: number, handOver: () => void): void;
  /** Ends connections that wait for a request. */
  drain(): void;
  close(): void;
}

export interface HttpParts {
  readonly routes: readonly Route[];
  /** Answers what no route is for. */
  readonly rest?: Route;
  readonly lane?: Lane;
  readonly upgrades: Readonly<Record<string, Upgrade>>;
  readonly log: Log;
  readonly meters: Meters;
}

/** Listens; a port in use or not allowed is a `server/port` error. */
export async function startHttp(config: HttpConfig, parts: HttpParts): Promise<HttpServer> {
  const route = router(parts.routes, parts.rest);
  const headersMs = config.headersMs ?? HEADERS_MS;
  const checked = { ...LIMITS, connectionsCheckingInterval: headersMs / 4 };
  const server = createServer(checked, (req, res) => {
    // While draining: each answer is the last of its connection.
    if (!server.listening) res.setHeader('Connection', 'close');
    res.on('close', () => server.listening || server.closeIdleConnections());
    receive(req, res, route, parts);
  });
  server.headersTimeout = headersMs;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = CONNECTIONS_MAX;
  server.setTimeout(IDLE_MS, (socket) => socket.destroy());
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => endMalformed(error, socket));
  server.on('upgrade', (req, socket, head) => upgrade(req, socket, head, parts.upgrades));
  if (parts.lane !== undefined) putFirst(server, parts.lane, headersMs);
  await listen(server, config);
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => stop(server, parts.lane);
  return { port, host: config.host, close, drain: (ms) => drain(server, ms, parts.lane) };
}

/** The HTTP parser gets a connection when the lane has handed it over. */
function putFirst(server: Server, lane: Lane, firstMs: number): void {
  const [parse] = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) =>
    lane.take(socket, firstMs, () => parse?.call(server, socket)),
  );
}

function receive(req: IncomingMessage, res: ServerResponse, route: Find, parts: HttpParts): void {
  res.on('error', () => res.destroy());
  res.setHeader('X-Content-Type-Options', 'nosniff');
  const method = req.method ?? '';
  const target = (req.url ?? '').length > TARGET_CHARS_MAX ? undefined : readTarget(req.url ?? '');
  const call = {
    method: method as Call['method'],
    path: target?.path ?? '',
    query: target?.query ?? new URLSearchParams(),
    req,
    res,
    meters: parts.meters,
  };
  if (target === undefined) {
    refuse(call, (req.url ?? '').length > TARGET_CHARS_MAX ? 414 : 400, 'malformed request');
    return;
  }
  const found = route(target.path);
  parts.meters.requested(found?.at ?? '?');
  if (found === undefined) refuse(call, 404, 'not found');
  else dispatch(call, found, parts.log);
}

function dispatch(call: Call, route: Route, log: Log): void {
  if (route.cors) allowAnyOrigin(call);
  if (call.method === 'OPTIONS' && route.cors) {
    answerPreflight(call, route.post === true);
    return;
  }
  const reads = call.method === 'GET' || call.method === 'HEAD';
  const may = route.anyMethod === true && call.req.method !== 'TRACE';
  if (!reads && !may && !(call.method === 'POST' && route.post === true)) {
    call.res.setHeader('Allow', route.post === true ? 'GET, HEAD, POST' : 'GET, HEAD, OPTIONS');
    refuse(call, 405, 'method not allowed');
    return;
  }
  const failed = (error: unknown): void => {
    log.error({ err: error, route: route.at }, 'a request failed inside');
    refuse(call, 500, 'internal error');
  };
  try {
    const done = route.handle(call);
    if (done !== undefined) done.catch(failed);
  } catch (error) {
    failed(error);
  }
}

type Find = (path: string) => Route | undefined;

/** Exact paths first, then the longest folder. */
function router(routes: readonly Route[], rest: Route | undefined): Find {
  const exact = new Map(routes.filter((r) => !isFolder(r)).map((r) => [r.at, r]));
  const folders = routes.filter(isFolder).sort((a, b) => b.at.length - a.at.length);
  return (path) => exact.get(path) ?? folders.find((r) => path.startsWith(r.at)) ?? rest;
}

function isFolder(route: Route): boolean {
  return route.at.endsWith('/');
}

function upgrade(
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  upgrades: HttpParts['upgrades'],
): void {
  socket.on('error', () => socket.destroy());
  const path = readTarget((req.url ?? '').slice(0, TARGET_CHARS_MAX))?.path;
  const take = path !== undefined && Object.hasOwn(upgrades, path) ? upgrades[path] : undefined;
  if (take === undefined) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
  else take(req, socket, head);
}

function endMalformed({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  const status = MALFORMED[code ?? ''] ?? '400 Bad Request';
  if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
  else socket.destroy();
}

const MALFORMED: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function listen(server: Server, config: HttpConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, config)));
    server.listen(config.port, config.host, () => resolve());
  });
}

function portError(error: NodeJS.ErrnoException, { host, port }: HttpConfig): ShoalError {
  if (error.code === 'EADDRINUSE') {
    return new ShoalError('server/port', `${port} on ${host}; choose another with --port`, error);
  }
  const why = PORT_WHY[error.code ?? ''] ?? error.message;
  return new ShoalError('server/config', `cannot listen on ${host}:${port}: ${why}`, error);
}

const PORT_WHY: Readonly<Record<string, string>> = {
  EACCES: 'this port needs more rights',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such host',
};

function stop(server: Server, lane: Lane | undefined): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
    lane?.close();
  });
}

function drain(server: Server, ms: number, lane: Lane | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
      lane?.close();
    }, ms);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
    lane?.drain();
  });
}

/** 16 KiB of headers: signed tokens fit. */
const LIMITS = { maxHeaderSize: 16_384, insecureHTTPParser: false } as const;
const HEADERS_MS = 10_000;
const REQUEST_MS = 20_000;
/** Longer than the idle time of the proxies in front, so that they close first. */
const KEEP_ALIVE_MS = 65_000;
const IDLE_MS = 70_000;
const CONNECTIONS_MAX = 20_000;
