/**
 * The fast lane: answers the plainest of requests, those of players for what is in memory, straight
 * on the socket. Whatever is not exactly such a request goes to Node's HTTP parser untouched.
 */
import type { Socket } from 'node:net';
import type { Lane } from '../http/server.js';
import type { Meters } from '../telemetry/meters.js';
import { acceptsGzip, seconds, TARGET } from './answer.js';
import type { PatienceConfig } from './config.js';
import type { ProxyCache } from './proxy.js';
import { ageOf, packedOf, type Stored } from './stored.js';

/** Longest request that the lane reads. */
export const LANE_REQUEST_BYTES_MAX = 2048;

export interface LaneParts {
  readonly proxy: ProxyCache;
  readonly meters: Meters;
  readonly patience: PatienceConfig;
  readonly now: () => number;
  readonly wall: () => number;
  /** Whether a request is for the edge itself and not for an upstream. */
  readonly isOwn: (path: string) => boolean;
}

/** What the headers of a plain request say. */
interface Plain {
  readonly gzip: boolean;
}

/** A request that the lane understands wholly. */
export interface PlainRequest extends Plain {
  readonly target: string;
}

export function createLane(parts: LaneParts): Lane {
  const idle = new Set<Socket>();
  const open = new Set<Socket>();
  const heads = new HeadWriter(parts.now, parts.wall);
  let draining = false;
  const take: Lane['take'] = (socket, handOver) => {
    const leave = (): void => {
      socket.off('data', onData).off('end', onEnd).off('error', onGone);
      socket.off('timeout', onGone).off('close', leave);
      open.delete(socket);
      idle.delete(socket);
    };
    const onGone = (): void => void socket.destroy();
    const onEnd = (): void => void socket.end();
    const onData = (chunk: Buffer): void => {
      const request = readPlain(chunk);
      const object = request === undefined ? undefined : findFor(parts, request.target);
      if (request === undefined || object === undefined) {
        leave();
        socket.setTimeout(0);
        socket.pause();
        socket.unshift(chunk);
        handOver();
        socket.resume();
        return;
      }
      idle.delete(socket);
      parts.meters.cached('hit');
      const body = (request.gzip ? packedOf(object) : undefined) ?? object.body;
      parts.meters.sent('media', body.length);
      const taken = write(socket, heads.of(object, body, draining), body);
      const rest = (): void => {
        if (draining) socket.end();
        else idle.add(socket);
      };
      if (taken) rest();
      else waitForDrain(socket, body.length, parts.patience, rest);
    };
    open.add(socket);
    idle.add(socket);
    socket.setTimeout(KEEP_ALIVE_MS);
    socket.on('data', onData).on('end', onEnd).on('error', onGone);
    socket.on('timeout', onGone).on('close', leave);
  };
  return {
    take,
    drain: () => {
      draining = true;
      for (const socket of idle) socket.end();
    },
    close: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

function findFor({ proxy, isOwn }: LaneParts, target: string): Stored | undefined {
  const mark = target.indexOf('?');
  if (isOwn(mark < 0 ? target : target.slice(0, mark))) return undefined;
  return proxy.fresh(target);
}

function write(socket: Socket, head: Buffer, body: Buffer): boolean {
  if (body.length <= JOINED_BYTES_MAX) return socket.write(Buffer.concat([head, body]));
  socket.cork();
  socket.write(head);
  const taken = socket.write(body);
  socket.uncork();
  return taken || socket.writableLength === 0;
}

/** No further request is read before the answer has gone; a viewer too slow for it is cut. */
function waitForDrain(
  socket: Socket,
  bytes: number,
  { graceMs, bytesPerSecMin }: PatienceConfig,
  done: () => void,
): void {
  socket.pause();
  const timer = setTimeout(() => socket.destroy(), graceMs + (1000 * bytes) / bytesPerSecMin);
  const settle = (): void => {
    clearTimeout(timer);
    socket.off('drain', settle).off('close', settle);
    if (socket.destroyed) return;
    done();
    socket.resume();
  };
  socket.on('drain', settle).on('close', settle);
}

/**
 * Reads one whole request of the plainest kind. Undefined for all else: another method or version,
 * a header not known to change nothing, a line folded or ended otherwise, two requests at once.
 */
export function readPlain(chunk: Buffer): PlainRequest | undefined {
  if (chunk.length > LANE_REQUEST_BYTES_MAX) return undefined;
  const text = chunk.toString('latin1');
  const end = text.indexOf(VERSION);
  if (!text.startsWith('GET /') || end < 0) return undefined;
  const rest = text.slice(end + VERSION.length);
  let plain = verdicts.get(rest);
  if (plain === undefined) {
    plain = judge(rest);
    if (verdicts.size >= VERDICTS_MAX) verdicts.clear();
    verdicts.set(rest, plain);
  }
  if (plain === 'other') return undefined;
  const target = text.slice(4, end);
  return TARGET.test(target) ? { target, gzip: plain.gzip } : undefined;
}

/** Whether every header is harmless and the request ends here. */
function judge(headers: string): Plain | 'other' {
  if (!headers.endsWith('\r\n\r\n')) return 'other';
  let hosts = 0;
  let gzip = false;
  for (const line of headers.slice(0, -4).split('\r\n')) {
    const match = LINE.exec(line);
    const name = match?.[1]?.toLowerCase() ?? '';
    const value = match?.[2] ?? '';
    if (name === 'host') hosts += 1;
    else if (name === 'accept-encoding') gzip = acceptsGzip(value);
    else if (name === 'connection') {
      if (value.toLowerCase() !== 'keep-alive') return 'other';
    } else if (!HARMLESS.has(name)) return 'other';
  }
  return hosts === 1 ? { gzip } : 'other';
}

/** Writes heads of answers; one is the same for all viewers within a second. */
class HeadWriter {
  readonly #now: () => number;
  readonly #wall: () => number;
  readonly #written = new WeakMap<Buffer, { readonly second: number; readonly head: Buffer }>();
  #date = { second: -1, text: '' };

  constructor(now: () => number, wall: () => number) {
    this.#now = now;
    this.#wall = wall;
  }

  of(object: Stored, body: Buffer, last: boolean): Buffer {
    const second = Math.floor(this.#now() / 1000);
    const written = last ? undefined : this.#written.get(body);
    if (written?.second === second) return written.head;
    const head = Buffer.from(this.#text(object, body, second, last), 'latin1');
    if (!last) this.#written.set(body, { second, head });
    return head;
  }

  #text(object: Stored, body: Buffer, second: number, last: boolean): string {
    const packed = body !== object.body;
    const age = ageOf(object, this.#now());
    const ttl = Math.floor((object.life.freshMs - age) / 1000);
    let text = `HTTP/1.1 ${object.head.status} ${REASON[object.head.status] ?? 'Other'}\r\n`;
    for (const [name, value] of Object.entries(object.headers)) {
      if (name === 'date') continue;
      const weak = packed && name === 'etag' && value.startsWith('"');
      text += `${name}: ${weak ? 'W/' : ''}${value}\r\n`;
    }
    if (object.headers.date === undefined) text += `date: ${this.#dateOf(second)}\r\n`;
    else text += `date: ${object.headers.date}\r\n`;
    if (packed) text += 'content-encoding: gzip\r\n';
    return `${text}content-length: ${body.length}\r\naccept-ranges: bytes\r\nage: ${seconds(age)}\r
cache-status: shoal; hit; ttl=${ttl}\r\n${COMMON}${last ? 'connection: close\r\n' : ''}\r\n`;
  }

  #dateOf(second: number): string {
    if (this.#date.second !== second) {
      this.#date = { second, text: new Date(this.#wall()).toUTCString() };
    }
    return this.#date.text;
  }
}

/** Requests of one program differ in their first line only, so their headers are judged once. */
const verdicts = new Map<string, Plain | 'other'>();
const VERDICTS_MAX = 1000;

const VERSION = ' HTTP/1.1\r\n';
const LINE = /^([\w-]+): ?([\t\x20-\x7e]*)$/;
/** They change nothing of what we send. */
const HARMLESS = new Set([
  'accept',
  'accept-language',
  'dnt',
  'origin',
  'priority',
  'referer',
  'sec-ch-ua',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'user-agent',
]);
/** Copying a small body costs less than a second write. */
const JOINED_BYTES_MAX = 16_384;
const KEEP_ALIVE_MS = 65_000;
const REASON: Readonly<Record<number, string>> = { 200: 'OK', 404: 'Not Found', 410: 'Gone' };
const COMMON =
  'x-content-type-options: nosniff\r\n' +
  'access-control-allow-origin: *\r\n' +
  'access-control-expose-headers: Accept-Ranges, Age, Cache-Status, Content-Length, ' +
  'Content-Range, Date, ETag, Server-Timing\r\n' +
  'timing-allow-origin: *\r\n' +
  'cross-origin-resource-policy: cross-origin\r\n';
