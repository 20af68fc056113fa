/** The upstreams of an edge over HTTP: each asked in turn until one answers. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
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
        const body = await send(url, target, headers, signal, pool);
        answered = { head: headOf(body, url), body, delayMs: Ms(now() - at) };
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
  return {
    ask,
    status: () =>
      urls.map(({ origin }, place) => ({ url: origin, failures: views[place]?.failures ?? 0 })),
    close: () => {
      pool.http.destroy();
      pool.https.destroy();
    },
  };
}

/** The target is appended as it came, so that the cache's key is what the upstream sees. */
function send(
  base: URL,
  target: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  pool: { readonly http: HttpAgent; readonly https: HttpsAgent },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = base.protocol === 'https:';
    const options = {
      protocol: base.protocol,
      host: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port === '' ? undefined : base.port,
      path: `${base.pathname.replace(/\/$/, '')}${target}`,
      headers: { ...headers, host: base.host },
      agent: secure ? pool.https : pool.http,
      signal,
      maxHeaderSize: HEADER_BYTES_MAX,
    };
    const sent = secure ? httpsRequest(options) : httpRequest(options);
    sent.on('socket', (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => sent.destroy(new Error('no connection')), CONNECT_MS_MAX);
      for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer));
    });
    // An upstream may offer another protocol; we asked for none.
    sent.on('upgrade', (_answer, socket) => socket.destroy());
    sent.on('response', resolve).on('error', reject).end();
  });
}

function headOf({ statusCode, headers }: IncomingMessage, base: URL): AnswerHead {
  const { 'set-cookie': _cookies, location, ...rest } = headers;
  const moved = location === undefined ? {} : { location: throughUs(location, base) };
  return { status: statusCode ?? 0, headers: { ...(rest as AnswerHead['headers']), ...moved } };
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
