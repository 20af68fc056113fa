/** Answers a viewer of the proxying edge with what its cache found. */
import { isLoop, relayed } from '@shoal/core/edge';
import type { Ms } from '@shoal/core/units';
import type { Call } from '../http/call.js';
import { refuse } from '../http/reply.js';
import type { PatienceConfig } from './config.js';
import type { headersToForward } from './forward.js';
import type { Served } from './landing.js';
import type { ProxyCache } from './proxy.js';
import { sendFlowing, sendWhole } from './session.js';
import { ageOf, packedOf, type Stored } from './stored.js';

export interface AnswerParts {
  readonly proxy: ProxyCache;
  readonly id: string;
  /** What upstreams are told of a viewer's headers; nothing by default. */
  readonly forward?: typeof headersToForward;
  readonly patience: PatienceConfig;
  readonly now: () => number;
}

/** Serves the target of this call, or the one that was made of it. */
export async function answer(
  call: Call,
  parts: AnswerParts,
  target = call.req.url ?? '',
): Promise<void> {
  const { req, res, meters } = call;
  if (isRefused(call, parts.id, target)) return;
  const headers = parts.forward?.(req);
  const served = await parts.proxy.serve(target, {
    loop: loopOf(call),
    ...(headers === undefined ? {} : { headers }),
  });
  meters.cached(resultOf(served));
  res.setHeader('Cache-Status', `shoal; ${served.how}`);
  if (served.type === 'refused') refuse(call, served.status, 'no upstream gave this object');
  else if (served.type === 'stored') sendStored(call, served.object, parts);
  else {
    const { status } = served.head;
    if (served.head.headers.age !== undefined) res.setHeader('Age', served.head.headers.age);
    if (served.cookies.length > 0) res.setHeader('Set-Cookie', [...served.cookies]);
    const head = { status, headers: relayed(served.head.headers), etag: served.head.headers.etag };
    await sendFlowing(call, served.fill, head, parts.patience);
  }
}

/** Whether this is no request for an upstream; then it is answered. */
export function isRefused(call: Call, id: string, target: string): boolean {
  if (isLoop(loopOf(call), id)) {
    refuse(
      call,
      508,
      'this request has been here before: an upstream of this edge leads back to it',
    );
  } else if (!TARGET.test(target)) refuse(call, 400, 'malformed request');
  else return false;
  return true;
}

/** Through which caches a request came. */
export function loopOf({ req }: Call): string | undefined {
  return req.headers['cdn-loop'] as string | undefined;
}

function sendStored(call: Call, object: Stored, { patience, now }: AnswerParts): void {
  const { req, res } = call;
  res.setHeader('Age', seconds(ageOf(object, now())));
  const packed = wantsPacked(req.headers) ? packedOf(object) : undefined;
  if (packed === undefined) {
    const { status } = object.head;
    sendWhole(call, object.body, { status, headers: object.headers, etag: object.etag }, patience);
    return;
  }
  // The same content in other bytes: a weak validator (RFC 9110 section 8.8.1).
  const etag = object.etag?.startsWith('"') === true ? `W/${object.etag}` : object.etag;
  const headers: Record<string, string> = { ...object.headers, 'content-encoding': 'gzip' };
  if (etag !== undefined) headers.etag = etag;
  sendWhole(call, packed, { status: 200, headers, etag }, patience);
}

function wantsPacked(headers: Call['req']['headers']): boolean {
  return headers.range === undefined && acceptsGzip(headers['accept-encoding']);
}

/** Whether gzip is named and not refused (RFC 9110 section 12.5.3). */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  return (
    typeof header === 'string' &&
    /(?:^|,)\s*gzip\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))/i.test(header)
  );
}

/** Whole seconds, as `Age` counts (RFC 9111 section 5.1). */
export function seconds(ms: Ms): string {
  return String(Math.floor(ms / 1000));
}

/** What a request counts as. */
export function resultOf(served: Served) {
  if (served.type === 'stored') return 'hit';
  if (served.type === 'refused') return 'refuse';
  return served.how.includes('collapsed') ? 'join' : 'fill';
}

/** Printable, and no fragment: the target goes to the upstream as it came. */
export const TARGET = /^\/[!"$-~]*$/;
