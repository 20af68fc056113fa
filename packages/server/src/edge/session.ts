/** One viewer being fed one object: from memory, or from a fetch while it arrives. */
import { cacheControl, hasAlready, mayRange, readRange, resolveRange } from '@shoal/core/edge';
import type { Call } from '../http/call.js';
import { refuse } from '../http/reply.js';
import type { Found } from './cache.js';
import { DEFAULT_PATIENCE, type PatienceConfig } from './config.js';
import type { Fill } from './fill.js';
import type { Reader } from './window.js';

/** Sends what was found. Resolves when the answer has been handed over or the viewer has gone. */
export async function feed(
  call: Call,
  found: Found,
  type: string,
  patience: PatienceConfig = DEFAULT_PATIENCE,
): Promise<void> {
  call.meters.cached(found.result);
  call.res.setHeader('Cache-Status', CACHE_STATUS[found.result]);
  if (found.type === 'refused') refuse(call, found.status, SENTENCE);
  else if (found.type === 'full') {
    const { body, etag } = found.object;
    sendWhole(call, body, foreverHead(type, etag), patience);
  } else await sendFlowing(call, found.fill, foreverHead(type, undefined), patience);
}

function foreverHead(type: string, etag: string | undefined): BodyHead {
  const headers: Record<string, string> = { 'Content-Type': type, 'Cache-Control': IMMUTABLE };
  if (etag !== undefined) headers.ETag = etag;
  return { status: 200, headers, etag };
}

/** The head of an answer; `headers` lacks what follows from the length and the range. */
export interface BodyHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string | undefined;
}

/** Sends a body from memory, or the part of it that was asked for. */
export function sendWhole(
  call: Call,
  body: Buffer,
  head: BodyHead,
  patience: PatienceConfig,
): void {
  const changed = head.headers['last-modified'];
  if (head.status === 200 && hasAlready(call.req.headers, head.etag, changed)) {
    call.res.writeHead(304, head.headers).end();
    return;
  }
  const span = openAnswer(call, body.length, head, true);
  if (span === undefined) return;
  limitSlowness(call, span.end - span.from, patience);
  call.meters.sent('media', span.end - span.from);
  call.res.end(body.subarray(span.from, span.end));
}

/**
 * Sends a body while it arrives. A range waits for the length; all else goes on without it.
 */
export async function sendFlowing(
  call: Call,
  fill: Fill,
  head: BodyHead,
  patience: PatienceConfig,
): Promise<void> {
  const reader = fill.read();
  try {
    await follow(call, fill, reader, head, patience);
  } finally {
    reader.close();
  }
}

async function follow(
  call: Call,
  fill: Fill,
  reader: Reader,
  head: BodyHead,
  patience: PatienceConfig,
): Promise<void> {
  const { res, req } = call;
  const waits = (): boolean => {
    if (fill.status !== 'flowing') return false;
    if (!fill.opened) return true;
    return req.headers.range !== undefined && fill.length === undefined && !fill.passing;
  };
  while (waits()) {
    if (!(await changed(fill, res))) return;
  }
  if (fill.status === 'failed') {
    refuse(call, fill.failure?.status ?? 502, SENTENCE);
    return;
  }
  const span = openAnswer(call, fill.length, head, !fill.passing);
  if (span === undefined) return;
  if (fill.length !== undefined) limitSlowness(call, span.end - span.from, patience);
  reader.skipTo(span.from);
  if (await pump(call, fill, reader, span, patience)) res.end();
  else res.destroy();
}

/**
 * Copies the span as it arrives. False when the source failed midway: then the viewer must see a
 * cut.
 */
async function pump(
  call: Call,
  fill: Fill,
  reader: Reader,
  span: Span,
  patience: PatienceConfig,
): Promise<boolean> {
  const { res } = call;
  let left = span.end - span.from;
  while (left > 0) {
    const bytes = reader.next(span.end);
    if (bytes === undefined) {
      if (fill.status !== 'flowing') return fill.status === 'full' && span.end === ENDLESS;
      if (!(await changed(fill, res))) return false;
    } else {
      left -= bytes.length;
      call.meters.sent('media', bytes.length);
      if (!res.write(bytes) && !(await drained(res, patience))) return false;
    }
  }
  return true;
}

interface Span {
  readonly from: number;
  readonly end: number;
}

/** The end of what has no length yet. */
const ENDLESS = Number.POSITIVE_INFINITY;

/** Writes the headers. Undefined when that was all: HEAD, or a range that cannot be had. */
function openAnswer(
  call: Call,
  length: number | undefined,
  head: BodyHead,
  ranges: boolean,
): Span | undefined {
  const { res, req } = call;
  const { range, 'if-range': ifRange } = req.headers;
  const may = ranges && head.status === 200 && mayRange(ifRange as string | undefined, head.etag);
  const ask = may && length !== undefined ? readRange(range) : { type: 'whole' as const };
  const span = resolveRange(ask, length ?? ENDLESS);
  if (span.type === 'unsatisfiable') {
    res.setHeader('Content-Range', `bytes */${length}`);
    refuse(call, 416, 'the object has no such bytes');
    return undefined;
  }
  const part = span.type === 'part' ? span : { from: 0, end: length ?? ENDLESS };
  const headers: Record<string, string | number> = {
    ...head.headers,
    'Accept-Ranges': ranges ? 'bytes' : 'none',
  };
  if (length !== undefined) headers['Content-Length'] = part.end - part.from;
  if (span.type === 'part') {
    headers['content-range'] = `bytes ${part.from}-${part.end - 1}/${length}`;
  }
  res.writeHead(span.type === 'part' ? 206 : head.status, headers);
  if (call.method !== 'HEAD') return part;
  res.end();
  return undefined;
}

/** A viewer that takes its bytes slower than this holds memory for nothing. */
function limitSlowness({ res }: Call, bytes: number, patience: PatienceConfig): void {
  const { graceMs, bytesPerSecMin } = patience;
  const timer = setTimeout(() => res.destroy(), graceMs + (1000 * bytes) / bytesPerSecMin);
  res.once('close', () => clearTimeout(timer));
}

/** Resolves at the next change of the fill; false when the viewer has gone. */
function changed(fill: Fill, res: Call['res']): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (here: boolean) => (): void => {
      undo();
      res.off('close', gone);
      resolve(here);
    };
    const gone = settle(false);
    const undo = fill.watch(settle(true));
    if (res.destroyed) gone();
    else res.on('close', gone);
  });
}

/** Resolves when the viewer takes more; false when it has gone, or took nothing for too long. */
function drained(res: Call['res'], { graceMs }: PatienceConfig): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => res.destroy(), graceMs);
    const settle = (): void => {
      clearTimeout(timer);
      res.off('drain', settle);
      res.off('close', settle);
      resolve(!res.destroyed);
    };
    if (res.destroyed) settle();
    res.on('drain', settle);
    res.on('close', settle);
  });
}

const IMMUTABLE = cacheControl({ type: 'immutable' });
const SENTENCE = 'the source of this object did not give it';

/** RFC 9211. */
const CACHE_STATUS = {
  hit: 'shoal; hit',
  join: 'shoal; fwd=miss; collapsed',
  fill: 'shoal; fwd=miss',
  refuse: 'shoal; hit; detail=negative',
} as const;
