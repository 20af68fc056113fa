/** The upstreams of an edge over HTTP: each asked in turn until one answers. */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import {
  type AnswerHead,
  DEFAULT_UPSTREAM,
  orderUpstreams,
  type UpstreamConfig,
} from '@shoal/core/edge';
import { ShoalError } from '@shoal/core/errors';
import { Ms } from '@shoal/core/units';

/** An answer whose body has not been read; whoever takes it reads or destroys it. */
export interface Asked {
  readonly head: AnswerHead;
  readonly body: IncomingMessage;
  readonly delayMs: Ms;
  /** Never in `head`: they are for one viewer. */
  readonly cookies: readonly string[];
}

/** A request that is passed on as it is. */
export interface Passed {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

export interface UpstreamStatus {
  readonly url: string;
  readonly failures: number;
}

export interface Upstreams {
  /**
   * Asks for `target`, a path with its query. Falls through to the next upstream when one does not
   * answer or says that it cannot; throws `edge/unreachable` when none is left.
   */
  ask(
    target: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Asked>;
  /**
   * Passes a request on to the first upstream, once: what changes something is not repeated. Throws
   * `edge/unreachable` when there is no answer.
   */
  pass(request: Passed, signal: AbortSignal): Promise<Asked>;
  status(): readonly UpstreamStatus[];
  close(): void;
}

export interface UpstreamsParts {
  /** In the order to be asked: parents, then origins. */
  readonly urls: readonly URL[];
  readonly now: () => number;
  readonly config?: UpstreamConfig;
}

export function createUpstreams({ urls, now, config }: UpstreamsParts): Upstreams {
  const pool = { http: new HttpAgent(POOL), https: new HttpsAgent(POOL) };
  const views = urls.map(() => ({ failures: 0, failedAt: Ms(0) }));
  const ask: Upstreams['ask'] = async (target, headers, signal) => {
    let last: unknown;
    let answered: Asked | undefined;
    for (const place of orderUpstreams(Ms(now()), views, config ?? DEFAULT_UPSTREAM)) {
      const [url, view] = [urls[place] as URL, views[place] as (typeof views)[number]];
      answered?.body.destroy();
      answered = undefined;
      const at = now();
      try {
        const sent = request(url, { method: 'GET', target, headers }, signal, pool);
        sent.end();
        answered = askedOf(await answerOf(sent), url, Ms(now() - at));
        if (!UNABLE.has(answered.head.status)) {
          view.failures = 0;
          return answered;
        }
      } catch (error) {
        if (signal.aborted) throw error;
        last = error;
      }
      view.failures += 1;
      view.failedAt = Ms(now());
    }
    if (answered !== undefined) return answered;
    throw new ShoalError('edge/unreachable', 'no upstream answered', last);
  };
  const pass: Upstreams['pass'] = async (passed, signal) => {
    const url = urls[orderUpstreams(Ms(now()), views, config ?? DEFAULT_UPSTREAM)[0] ?? 0] as URL;
    const at = now();
    const sent = request(url, passed, signal, pool);
    passed.body.on('error', () => sent.destroy()).pipe(sent);
    try {
      return askedOf(await answerOf(sent), url, Ms(now() - at));
    } catch (error) {
      throw new ShoalError('edge/unreachable', 'no answer', error);
    }
  };
  return {
    ask,
    pass,
    status: () =>
      urls.map(({ origin }, place) => ({ url: origin, failures: views[place]?.failures ?? 0 })),
    close: () => {
      pool.http.destroy();
      pool.https.destroy();
    },
  };
}

/** The target is appended as it came, so that the cache's key is what the upstream sees. */
function request(
  base: URL,
  { method, target, headers }: Omit<Passed, 'body'>,
  signal: AbortSignal,
  pool: { readonly http: HttpAgent; readonly https: HttpsAgent },
): ClientRequest {
  const secure = base.protocol === 'https:';
  const options = {
    protocol: base.protocol,
    host: base.hostname.replace(/^\[|\]$/g, ''),
    port: base.port === '' ? undefined : base.port,
    method,
    path: `${base.pathname.replace(/\/$/, '')}${target}`,
    headers: { ...headers, host: base.host },
    agent: secure ? pool.https : pool.http,
    signal,
    maxHeaderSize: HEADER_BYTES_MAX,
  };
  return secure ? httpsRequest(options) : httpRequest(options);
}

function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('socket', (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => sent.destroy(new Error('no connection')), CONNECT_MS_MAX);
      for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer));
    });
    // An upstream may offer another protocol; we asked for none.
    sent.on('upgrade', (_answer, socket) => socket.destroy());
    sent.on('response', resolve).on('error', reject);
  });
}

function askedOf(body: IncomingMessage, base: URL, delayMs: Ms): Asked {
  const { 'set-cookie': cookies = [], ...rest } = body.headers;
  const headers = rest as Record<string, string | undefined>;
  for (const name of ['location', 'content-location']) {
    const place = headers[name];
    if (place !== undefined) headers[name] = throughUs(place, base);
  }
  // Node keeps the first of several ages; that there are several matters.
  if (headers.age !== undefined) headers.age = body.headersDistinct.age?.join(', ');
  return { head: { status: body.statusCode ?? 0, headers }, body, delayMs, cookies };
}

/** A redirect to a place under the upstream leads viewers to the same place under us. */
export function throughUs(location: string, base: URL): string {
  const absolute = /^https?:\/\//i.test(location) && URL.canParse(location);
  if (!absolute && !/^\/(?!\/)/.test(location)) return location;
  const { origin, pathname, search, hash } = new URL(location, base);
  const folder = base.pathname.replace(/\/$/, '');
  const under = origin === base.origin && pathname.startsWith(`${folder}/`);
  // Never `//host`, which a viewer would take for another site.
  const path = pathname.slice(folder.length).replace(/^\/+/, '/');
  return under ? `${path}${search}${hash}` : location;
}

/** What a gateway says when it cannot: another one may. */
const UNABLE = new Set([502, 503, 504]);
const POOL = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, timeout: 30_000 } as const;
/** An upstream that takes longer to accept is away; the next is asked. */
const CONNECT_MS_MAX = 1000;
const HEADER_BYTES_MAX = 16_384;
