/** A source over HTTP: one connection pool, every redirect and address checked, sizes bounded. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ShoalError } from '@shoal/core/errors';
import type { AddressGuard } from './address-guard.js';
import { type Opened, PLAYLIST_BYTES_MAX, type Slice, type Source } from './source.js';

export interface HttpSource extends Source {
  /** Ends idle and running connections. */
  close(): void;
}

export interface HttpSourceConfig {
  readonly guard: AddressGuard;
  readonly userAgent: string;
  /** How long a playlist may take. */
  readonly playlistMsMax: number;
}

export function createHttpSource(config: HttpSourceConfig): HttpSource {
  const pool = { http: new HttpAgent(POOL), https: new HttpsAgent(POOL) };
  const get = (url: string, headers: Record<string, string>, signal: AbortSignal) =>
    follow(new URL(url), {
      headers: { ...BASE, 'User-Agent': config.userAgent, ...headers },
      signal,
    });
  const follow = async (url: URL, ask: Ask, hops = 0): Promise<Answered> => {
    config.guard.check(url);
    const answer = await send(url, ask, pool, config.guard);
    const location = answer.headers.location;
    if (!REDIRECTS.has(answer.statusCode ?? 0) || location === undefined) return { answer, url };
    answer.destroy();
    if (hops >= REDIRECTS_MAX) throw new ShoalError('server/upstream', 'too many redirects');
    return follow(new URL(location, url), ask, hops + 1);
  };
  return {
    playlist: async (url, seen, signal) => {
      const timeout = AbortSignal.timeout(config.playlistMsMax);
      const until = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      const ask: Record<string, string> = seen === undefined ? {} : conditions(seen);
      const { answer, url: at } = await get(url, ask, until).catch(named(url));
      if (answer.statusCode === 304) {
        answer.resume();
        return { type: 'unchanged' };
      }
      if (answer.statusCode !== 200) {
        answer.destroy();
        throw new ShoalError('server/upstream', `${shown(url)} answered ${answer.statusCode}`);
      }
      const text = await readText(answer).catch(named(url));
      return { type: 'text', text, url: at.href, validator: validatorOf(answer) };
    },
    open: async (url, slice, signal) => {
      const { answer } = await get(url, slice === undefined ? {} : rangeHeader(slice), signal);
      return opened(answer, slice);
    },
    close: () => {
      pool.http.destroy();
      pool.https.destroy();
    },
  };
}

interface Ask {
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
}

interface Answered {
  readonly answer: IncomingMessage;
  readonly url: URL;
}

function send(
  url: URL,
  { headers, signal }: Ask,
  pool: { http: HttpAgent; https: HttpsAgent },
  guard: AddressGuard,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const lookup = guard.lookupFor(url);
    const options = {
      headers,
      signal,
      agent: secure ? pool.https : pool.http,
      ...(lookup === undefined ? {} : { lookup }),
    };
    const sent = secure ? httpsRequest(url, options) : httpRequest(url, options);
    sent.on('response', resolve).on('error', reject).end();
  });
}

function opened(answer: IncomingMessage, slice: Slice | undefined): Opened {
  const status = answer.statusCode ?? 0;
  const wrong = slice === undefined ? status !== 200 : status !== 206 || !isSlice(answer, slice);
  if (wrong || encodingOf(answer) !== 'identity') {
    answer.destroy();
    return {
      status: wrong && status >= 300 ? status : 502,
      length: undefined,
      type: undefined,
      body: NOTHING,
      local: false,
    };
  }
  const length = Number(answer.headers['content-length'] ?? Number.NaN);
  return {
    status: 200,
    length: Number.isSafeInteger(length) && length >= 0 ? length : slice?.length,
    type: answer.headers['content-type'],
    body: answer,
    local: false,
  };
}

/** A 206 must be the very range that was asked for (RFC 9110 section 15.3.7). */
function isSlice(answer: IncomingMessage, slice: Slice): boolean {
  const match = /^bytes (\d+)-(\d+)\//.exec(answer.headers['content-range'] ?? '');
  if (match === null) return false;
  return Number(match[1]) === slice.from && Number(match[2]) === slice.from + slice.length - 1;
}

/**
 * Text of at most `PLAYLIST_BYTES_MAX` after unpacking, so that a small answer cannot become a huge
 * one.
 */
async function readText(answer: IncomingMessage): Promise<string> {
  const encoding = encodingOf(answer);
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new ShoalError('server/upstream', `content encoding ${encoding} is not understood`);
  }
  const body: Readable = encoding === 'gzip' ? answer.pipe(createGunzip()) : answer;
  if (body !== answer) answer.on('error', (error) => body.destroy(error));
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > PLAYLIST_BYTES_MAX) {
      answer.destroy();
      throw new ShoalError('server/upstream', 'the playlist is larger than 4 MiB');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function encodingOf(answer: IncomingMessage): string {
  return answer.headers['content-encoding']?.trim().toLowerCase() || 'identity';
}

/** Validators travel as one string: `e` and an entity tag, or `m` and a date. */
function validatorOf({ headers }: IncomingMessage): string | undefined {
  if (headers.etag !== undefined) return `e${headers.etag}`;
  return headers['last-modified'] === undefined ? undefined : `m${headers['last-modified']}`;
}

function conditions(seen: string): Record<string, string> {
  const name = seen.startsWith('e') ? 'If-None-Match' : 'If-Modified-Since';
  return { [name]: seen.slice(1) };
}

function rangeHeader({ from, length }: Slice): Record<string, string> {
  return { Range: `bytes=${from}-${from + length - 1}` };
}

/** Turns what the network threw into one sentence; our own errors pass. */
function named(url: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ShoalError) throw error;
    const { code, name } = error as NodeJS.ErrnoException;
    const why = NETWORK_WHY[code ?? ''] ?? NETWORK_WHY[name ?? ''] ?? code ?? 'no answer';
    throw new ShoalError('server/upstream', `${shown(url)}: ${why}`, error);
  };
}

/** An address without query: tokens must not end in logs. */
export function shown(url: string): string {
  const at = URL.canParse(url) ? new URL(url) : undefined;
  return at === undefined ? 'an address that is none' : `${at.origin}${at.pathname}`;
}

const NETWORK_WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name could not be resolved',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no answer in time',
  ABORT_ERR: 'no answer in time',
  TimeoutError: 'no answer in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
};

const POOL = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, timeout: 30_000 } as const;
const BASE = { Accept: '*/*', 'Accept-Encoding': 'identity' } as const;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const REDIRECTS_MAX = 5;

const NOTHING: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {},
};
