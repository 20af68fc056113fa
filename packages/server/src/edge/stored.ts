/** A complete answer in memory, with all that is needed to send it again. */
import { gzipSync } from 'node:zlib';
import {
  type AnswerHead,
  ageAtArrival,
  type Lifetime,
  type LifetimeConfig,
  lifetimeOf,
  readHttpDate,
  relayed,
  updated,
} from '@shoal/core/edge';
import { Ms } from '@shoal/core/units';
import { etagOf } from '../http/reply.js';
import { contentOf, isPackable } from './content.js';
import type { DiskFile } from './disk-file.js';

/** Largest text that is compressed: the work blocks everybody else. */
const PACKED_BYTES_MAX = 1024 * 1024;
/** Smaller texts fit one packet as they are. */
const PACKED_BYTES_MIN = 1024;

export interface Stored {
  readonly target: string;
  readonly head: AnswerHead;
  readonly body: Buffer;
  readonly etag: string | undefined;
  /** What viewers are sent, but for the headers that change with time. */
  readonly headers: Readonly<Record<string, string>>;
  readonly life: Lifetime;
  /** When its age was zero, on the clock of `now`. */
  readonly bornAt: number;
  /** Whether it may be sent compressed. */
  readonly packable: boolean;
}

/** How an answer came. */
export interface Arrival {
  readonly now: number;
  /** Milliseconds since 1970. */
  readonly wallMs: number;
  readonly delayMs: Ms;
}

export function store(
  target: string,
  given: AnswerHead,
  body: Buffer,
  arrival: Arrival,
  config: LifetimeConfig,
): Stored {
  const head = dated(given, arrival.wallMs);
  const type = head.headers['content-type'];
  const content = contentOf(target, type, isEncoded(head.headers) ? undefined : body);
  const packable =
    head.status === 200 &&
    body.length >= PACKED_BYTES_MIN &&
    body.length <= PACKED_BYTES_MAX &&
    !isEncoded(head.headers) &&
    isPackable(target, type);
  const etag = head.status === 200 ? (head.headers.etag ?? etagOf(body)) : undefined;
  const headers: Record<string, string> = { ...relayed(head.headers) };
  if (etag !== undefined) headers.etag = etag;
  if (packable) headers.vary = joined(headers.vary, 'Accept-Encoding');
  return {
    target,
    head,
    body,
    etag,
    headers,
    life: lifetimeOf(head, content, config),
    bornAt: arrival.now - ageAtArrival(head, arrival.wallMs, arrival.delayMs),
    packable,
  };
}

/** The object after an upstream said that it still stands (RFC 9111 section 4.3.4). */
export function renew(
  object: Stored,
  fresh: AnswerHead,
  arrival: Arrival,
  config: LifetimeConfig,
): Stored {
  const headers = updated(object.head.headers, fresh.headers);
  const head = { status: object.head.status, headers };
  return store(object.target, head, object.body, arrival, config);
}

/** The object as it was before it went to disk. */
export function recalled(
  { key, head, body, bornWallMs }: DiskFile,
  now: number,
  wallMs: number,
  config: LifetimeConfig,
): Stored {
  const object = store(key, head, body, { now, wallMs, delayMs: Ms(0) }, config);
  // Its own date and age may say less: that origin's clock may be ahead of ours.
  return { ...object, bornAt: Math.min(object.bornAt, now - (wallMs - bornWallMs)) };
}

/** The object, fresh no longer. */
export function stale(object: Stored, now: number): Stored {
  const freshMs = Ms(Math.min(object.life.freshMs, ageOf(object, now)));
  return { ...object, life: { ...object.life, freshMs } };
}

/** The age now, as `Age` counts it. */
export function ageOf(object: Stored, now: number): Ms {
  return Ms(Math.max(0, now - object.bornAt));
}

/** The compressed body, made when first asked for; undefined when it is not worth it. */
export function packedOf(object: Stored): Buffer | undefined {
  if (!object.packable) return undefined;
  let packed = packs.get(object);
  if (packed === undefined) {
    packed = gzipSync(object.body);
    packs.set(object, packed);
  }
  return packed;
}

/** Headers that ask an upstream whether an object still stands. */
export function conditionsOf({ head }: Stored): Record<string, string> {
  const { etag, 'last-modified': changed } = head.headers;
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(changed === undefined ? {} : { 'if-modified-since': changed }),
  };
}

/** An answer without a date is of the time when it came (RFC 9110 section 6.6.1). */
function dated({ status, headers }: AnswerHead, wallMs: number): AnswerHead {
  if (readHttpDate(headers.date) !== undefined) return { status, headers };
  return { status, headers: { ...headers, date: new Date(wallMs).toUTCString() } };
}

/** We ask for no encoding; what comes encoded all the same is sent as it is, and not read. */
function isEncoded({ 'content-encoding': encoding = '' }: AnswerHead['headers']): boolean {
  return !['', 'identity'].includes(encoding.trim().toLowerCase());
}

function joined(list: string | undefined, one: string): string {
  return list === undefined ? one : `${list}, ${one}`;
}

const packs = new WeakMap<Stored, Buffer>();
