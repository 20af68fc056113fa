/** Passes on requests that are no questions: they change something, so what is stored may be untrue. */
import { pipeline } from 'node:stream/promises';
import { relayed } from '@shoal/core/edge';
import { ShoalError } from '@shoal/core/errors';
import type { Call } from '../http/call.js';
import { refuse } from '../http/reply.js';
import { isRefused, loopOf } from './answer.js';
import { headersToForward } from './forward.js';
import type { ProxyCache } from './proxy.js';
import type { Asked, Upstreams } from './upstreams.js';

export interface PassingParts {
  readonly proxy: ProxyCache;
  readonly upstreams: Upstreams;
  readonly id: string;
  /** How long an upstream may take to answer. */
  readonly silenceMsMax: number;
}

/** Sends the request of this call on, for the target that was made of its own, and its answer back. */
export async function passOn(call: Call, parts: PassingParts, target: string): Promise<void> {
  const { req, res } = call;
  if (isRefused(call, parts.id, target)) return;
  const gone = new AbortController();
  res.on('close', () => gone.abort());
  const timer = setTimeout(() => gone.abort(), parts.silenceMsMax);
  let asked: Asked;
  try {
    asked = await parts.upstreams.pass(
      { method: req.method ?? '', target, headers: headersOf(call, parts.id), body: req },
      gone.signal,
    );
  } catch (error) {
    if (res.destroyed) return;
    refuse(call, 502, 'no upstream took this request');
    if (!(error instanceof ShoalError)) throw error;
    return;
  } finally {
    clearTimeout(timer);
  }
  if (asked.head.status >= 200 && asked.head.status < 400) {
    for (const one of touchedBy(target, asked)) parts.proxy.invalidate(one);
  }
  await sendBack(call, asked);
}

/** What a request that succeeded has changed (RFC 9111 section 4.4), as far as it is here. */
function touchedBy(target: string, { head }: Asked): readonly string[] {
  const places = [head.headers.location, head.headers['content-location']];
  const touched = places.flatMap((place) => {
    const here = new URL(target, HERE);
    if (place === undefined || !URL.canParse(place, here.href)) return [];
    const { origin, pathname, search } = new URL(place, here);
    return origin === here.origin ? [pathname + search] : [];
  });
  return [target, ...touched];
}

/** The length or the chunks of the body are told on, so that no upstream takes it for a request. */
function headersOf(call: Call, id: string): Record<string, string> {
  const { 'content-length': length, 'transfer-encoding': coding } = call.req.headers;
  const loop = loopOf(call);
  return {
    ...headersToForward(call.req),
    'accept-encoding': 'identity',
    via: `1.1 ${id}`,
    'cdn-loop': loop === undefined ? id : `${loop}, ${id}`,
    ...(coding !== undefined ? { 'transfer-encoding': 'chunked' } : {}),
    ...(coding === undefined && length !== undefined ? { 'content-length': length } : {}),
  };
}

async function sendBack({ res, meters }: Call, { head, cookies, body }: Asked): Promise<void> {
  const length = head.headers['content-length'];
  res.writeHead(head.status, {
    ...relayed(head.headers),
    'cache-status': 'shoal; fwd=method',
    ...(length === undefined ? {} : { 'content-length': length }),
    ...(cookies.length === 0 ? {} : { 'set-cookie': [...cookies] }),
  });
  body.on('data', (chunk: Buffer) => meters.sent('media', chunk.length));
  // A cut on either side cuts the other: nobody takes a part for the whole.
  await pipeline(body, res).catch(() => {});
}

const HERE = 'http://edge.invalid';
