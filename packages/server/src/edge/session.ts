/** One viewer being fed one object: from memory, or from a fetch while it arrives. */
import { cacheControl, matchesNone, mayRange, readRange, resolveRange } from '@shoal/core/edge';
import type { Call } from '../http/call.js';
import { refuse } from '../http/reply.js';
import type { Found } from './cache.js';
import { DEFAULT_PATIENCE, type PatienceConfig } from './config.js';
import type { Fill } from './fill.js';

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
  if (head.status === 200 && matchesNone(call.req.headers['if-none-match'], head.etag)) {
    call.res.writeHead(304, head.headers).end();
    return;
  }
  const span = openAnswer(call, body.length, head);
  if (span === undefined) return;
  limitSlowness(call, span.end - span.from, patience);
  call.meters.sent('media', span.end - span.from);
  call.res.end(body.subarray(span.from, span.end));
}

/**
 * Sends a body while it arrives. Waits for the length, so that a range and `Content-Length` can be
 * answered.
 */
export async function sendFlowing(
  call: Call,
  fill: Fill,
  head: BodyHead,
  patience: PatienceConfig,
): Promise<void> {
  const { res } = call;
  while (fill.status === 'flowing' && fill.length === undefined) {
    if (!(await changed(fill, res))) return;
  }
  if (fill.status === 'failed') {
    refuse(call, fill.failure?.status ?? 502, SENTENCE);
    return;
  }
  const span = openAnswer(call, fill.length ?? fill.received, head);
  if (span === undefined) return;
  limitSlowness(call, span.end - span.from, patience);
  if (await pump(call, fill, span)) res.end();
  else res.destroy();
}

/**
 * Copies the span as it arrives. False when the source failed midway: then the viewer must see a
 * cut.
 */
async function pump(call: Call, fill: Fill, span: Span): Promise<boolean> {
  const { res } = call;
  const cursor = { chunk: 0, chunkAt: 0, at: span.from };
  while (cursor.at < span.end) {
    const bytes = nextBytes(fill, cursor, span.end);
    if (bytes === undefined) {
      if (fill.status !== 'flowing') return false;
      if (!(await changed(fill, res))) return false;
    } else {
      call.meters.sent('media', bytes.length);
      if (!res.write(bytes) && !(await drained(res))) return false;
    }
  }
  return true;
}

interface Span {
  readonly from: number;
  readonly end: number;
}

interface Cursor {
  chunk: number;
  /** Where that chunk begins in the object. */
  chunkAt: number;
  at: number;
}

/**
 * The rest of the chunk under the cursor, which moves on; undefined when it has not arrived yet.
 */
function nextBytes(fill: Fill, cursor: Cursor, end: number): Buffer | undefined {
  let chunk = fill.chunks[cursor.chunk];
  while (chunk !== undefined && cursor.chunkAt + chunk.length <= cursor.at) {
    cursor.chunkAt += chunk.length;
    cursor.chunk += 1;
    chunk = fill.chunks[cursor.chunk];
  }
  if (chunk === undefined) return undefined;
  const from = cursor.at - cursor.chunkAt;
  const bytes = chunk.subarray(from, Math.min(chunk.length, end - cursor.chunkAt));
  cursor.at += bytes.length;
  return bytes;
}

/** Writes the headers. Undefined when that was all: HEAD, or a range that cannot be had. */
function openAnswer(call: Call, length: number, head: BodyHead): Span | undefined {
  const { res, req } = call;
  const { range, 'if-range': ifRange } = req.headers;
  const may = head.status === 200 && mayRange(ifRange as string | undefined, head.etag);
  const span = resolveRange(may ? readRange(range) : { type: 'whole' }, length);
  if (span.type === 'unsatisfiable') {
    res.setHeader('Content-Range', `bytes */${length}`);
    refuse(call, 416, 'the object has no such bytes');
    return undefined;
  }
  const part = span.type === 'part' ? span : { from: 0, end: length };
  const headers: Record<string, string | number> = {
    ...head.headers,
    'Content-Length': part.end - part.from,
    'Accept-Ranges': 'bytes',
  };
  if (span.type === 'part') {
    headers['Content-Range'] = `bytes ${part.from}-${part.end - 1}/${length}`;
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

function drained(res: Call['res']): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (): void => {
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
  fill: 'shoal; fwd=miss; stored',
  refuse: 'shoal; hit; detail=negative',
} as const;
