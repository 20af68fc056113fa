/** Heads of the answers that the fast lane writes. */
import { STATUS_CODES } from 'node:http';
import { relayed } from '@shoal/core/edge';
import { seconds } from './answer.js';
import type { Fill } from './fill.js';
import { type Admitted, shortly } from './front.js';
import type { Served } from './landing.js';
import { ageOf, type Stored } from './stored.js';

/** Writes heads; one is the same for all viewers of an object within a second, or of a fetch. */
export class HeadWriter {
  readonly #now: () => number;
  readonly #wall: () => number;
  readonly #written = new WeakMap<Buffer, { readonly second: number; readonly head: Buffer }>();
  readonly #flowing = new WeakMap<Fill, Map<string, Buffer>>();
  #date = { second: -1, text: '' };

  constructor(now: () => number, wall: () => number) {
    this.#now = now;
    this.#wall = wall;
  }

  /** `how` it came about, when it was not simply fresh; `last` ends the connection. */
  of(object: Stored, body: Buffer, last: boolean, how?: string): Buffer {
    const second = Math.floor(this.#now() / 1000);
    if (how !== undefined) {
      return Buffer.from(this.#text(object, body, second, last, how), 'latin1');
    }
    const written = last ? undefined : this.#written.get(body);
    if (written?.second === second) return written.head;
    const head = Buffer.from(this.#text(object, body, second, last), 'latin1');
    if (!last) this.#written.set(body, { second, head });
    return head;
  }

  /** The head of what arrives; without a length it comes in chunks. */
  ofFlowing({ head, fill, how }: Flowing, last: boolean): Buffer {
    let variants = this.#flowing.get(fill);
    if (variants === undefined) {
      variants = new Map();
      this.#flowing.set(fill, variants);
    }
    const variant = `${last} ${fill.length} ${how}`;
    const written = variants.get(variant);
    if (written !== undefined) return written;
    const headers = relayed(head.headers);
    let text = startOf(head.status);
    for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
    if (headers.date === undefined)
      text += `date: ${this.#dateOf(Math.floor(this.#now() / 1000))}\r\n`;
    if (head.headers.age !== undefined) text += `age: ${head.headers.age}\r\n`;
    text += lengthOf(head.status, fill.length);
    text += `accept-ranges: ${fill.passing ? 'none' : 'bytes'}\r\ncache-status: shoal; ${how}\r\n`;
    const made = Buffer.from(`${text}${COMMON}${last ? CLOSE : ''}\r\n`, 'latin1');
    variants.set(variant, made);
    return made;
  }

  #text(object: Stored, body: Buffer, second: number, last: boolean, how?: string): string {
    const packed = body !== object.body;
    const age = ageOf(object, this.#now());
    const ttl = Math.floor((object.life.freshMs - age) / 1000);
    let text = startOf(object.head.status);
    for (const [name, value] of Object.entries(object.headers)) {
      if (name === 'date') continue;
      const weak = packed && name === 'etag' && value.startsWith('"');
      text += `${name}: ${weak ? 'W/' : ''}${value}\r\n`;
    }
    if (object.headers.date === undefined) text += `date: ${this.#dateOf(second)}\r\n`;
    else text += `date: ${object.headers.date}\r\n`;
    if (packed) text += 'content-encoding: gzip\r\n';
    text += lengthOf(object.head.status, body.length);
    return `${text}accept-ranges: bytes\r\nage: ${seconds(age)}\r
cache-status: shoal; ${how ?? `hit; ttl=${ttl}`}\r\n${COMMON}${last ? CLOSE : ''}\r\n`;
  }

  #dateOf(second: number): string {
    if (this.#date.second !== second) {
      this.#date = { second, text: new Date(this.#wall()).toUTCString() };
    }
    return this.#date.text;
  }
}

/** A whole answer that comes from no upstream: refused, or to be found elsewhere. */
export function shortAnswer(
  admitted: Exclude<Admitted, { type: 'in' }>,
  last: boolean,
): {
  readonly status: number;
  readonly bytes: Buffer;
} {
  const { status, headers, body } = shortly(admitted);
  let text = startOf(status);
  for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
  text += `content-length: ${Buffer.byteLength(body)}\r\n${COMMON}${last ? CLOSE : ''}\r\n${body}`;
  return { status, bytes: Buffer.from(text) };
}

type Flowing = Extract<Served, { readonly type: 'flowing' }>;

function startOf(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Other'}\r\n`;
}

/** An answer of status 204 has neither body nor length (RFC 9110 section 8.6). */
function lengthOf(status: number, length: number | undefined): string {
  if (status === 204) return '';
  return length === undefined ? CHUNKED : `content-length: ${length}\r\n`;
}

const CHUNKED = 'transfer-encoding: chunked\r\n';
const CLOSE = 'connection: close\r\n';
const COMMON =
  'x-content-type-options: nosniff\r\n' +
  'access-control-allow-origin: *\r\n' +
  'access-control-expose-headers: Accept-Ranges, Age, Cache-Status, Content-Length, ' +
  'Content-Range, Date, ETag, Server-Timing\r\n' +
  'timing-allow-origin: *\r\n' +
  'cross-origin-resource-policy: cross-origin\r\n';
