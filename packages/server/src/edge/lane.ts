/**
 * The fast lane: answers the plainest of requests, those of players, straight on the socket, from
 * memory or while the object arrives. Whatever is not exactly such a request goes to Node's HTTP
 * parser untouched.
 */
import type { Socket } from 'node:net';
import { readTarget } from '../http/call.js';
import type { Lane } from '../http/server.js';
import type { Meters } from '../telemetry/meters.js';
import { resultOf } from './answer.js';
import type { PatienceConfig } from './config.js';
import type { Admitted, Front } from './front.js';
import type { Served } from './landing.js';
import { feedLane } from './lane-feed.js';
import { HeadWriter, shortAnswer } from './lane-heads.js';
import { type PlainRequest, readPlain } from './plain-request.js';
import type { ProxyCache } from './proxy.js';
import { packedOf, type Stored } from './stored.js';
import type { OnVisit, Visit } from './visit.js';

export interface LaneParts {
  readonly proxy: ProxyCache;
  readonly front: Front;
  readonly onVisit: OnVisit;
  readonly meters: Meters;
  readonly patience: PatienceConfig;
  readonly now: () => number;
  readonly wall: () => number;
  /** Whether a request is for the edge itself and not for an upstream. */
  readonly isOwn: (path: string) => boolean;
  /** Whether upstreams are told of a viewer's headers: then the lane answers from memory only. */
  readonly hitsOnly?: boolean;
}

export function createLane(parts: LaneParts): Lane {
  const road: Road = {
    parts,
    heads: new HeadWriter(parts.now, parts.wall),
    open: new Set(),
    idle: new Set(),
    draining: false,
  };
  return {
    take: (socket, firstMs, handOver) => new Guest(road, socket, handOver).begin(firstMs),
    drain: () => {
      road.draining = true;
      for (const socket of road.idle) socket.end();
    },
    close: () => {
      for (const socket of road.open) socket.destroy();
    },
  };
}

/** What all connections of the lane share. */
interface Road {
  readonly parts: LaneParts;
  readonly heads: HeadWriter;
  readonly open: Set<Socket>;
  readonly idle: Set<Socket>;
  draining: boolean;
}

/** What is known of the request under way. */
interface Begun {
  readonly began: number;
  readonly atMs: number;
  readonly address: string | undefined;
  target: string;
  report: string | undefined;
}

const NOT_BEGUN: Begun = {
  began: 0,
  atMs: 0,
  address: undefined,
  target: '',
  report: undefined,
};

/** One connection: a request, its answer, the next request. */
class Guest {
  readonly #road: Road;
  readonly #socket: Socket;
  readonly #handOver: () => void;
  #visit: Begun = NOT_BEGUN;

  constructor(road: Road, socket: Socket, handOver: () => void) {
    this.#road = road;
    this.#socket = socket;
    this.#handOver = handOver;
  }

  begin(firstMs: number): void {
    this.#road.open.add(this.#socket);
    this.#road.idle.add(this.#socket);
    this.#socket.setTimeout(firstMs);
    this.#socket.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onGone);
    this.#socket.on('timeout', this.#onGone).on('close', this.#leave);
  }

  readonly #onData = (chunk: Buffer): void => {
    const { front, isOwn } = this.#road.parts;
    const request = readPlain(chunk);
    if (request === undefined || isOwn(pathOf(request.target))) {
      this.#give(chunk);
      return;
    }
    this.#road.idle.delete(this.#socket);
    this.#socket.setTimeout(KEEP_ALIVE_MS);
    const { target, host, cookie } = request;
    const address = this.#socket.remoteAddress;
    const asking = { method: 'GET', target, host, cookie, token: undefined, address };
    const admitted = front.admit(asking);
    this.#begin(address);
    if (!(admitted instanceof Promise)) this.#enter(chunk, request, admitted);
    else {
      this.#socket.pause();
      void admitted.then((known) => {
        if (this.#socket.destroyed) return;
        this.#socket.resume();
        this.#enter(chunk, request, known);
      });
    }
  };

  #enter(chunk: Buffer, request: PlainRequest, admitted: Admitted): void {
    const { target, report } = admitted;
    this.#visit.target = target;
    this.#visit.report = report;
    if (admitted.type !== 'in') {
      const { status, bytes } = shortAnswer(admitted, this.#road.draining);
      this.#socket.write(bytes);
      this.#tell({ status, bytes: 0, whole: true, cache: '' });
      this.#rest();
      return;
    }
    const { proxy, hitsOnly } = this.#road.parts;
    const object = proxy.fresh(target);
    if (object !== undefined) this.#send(object, request);
    else if (hitsOnly === true || readTarget(target) === undefined) this.#give(chunk);
    else void this.#serve(chunk, request, target);
  }

  /** No further request is read before this one is answered. */
  async #serve(chunk: Buffer, request: PlainRequest, target: string): Promise<void> {
    const { proxy } = this.#road.parts;
    const socket = this.#socket.pause();
    const served = await proxy.serve(target);
    if (socket.destroyed) {
      if (served.type === 'flowing') served.fill.read().close();
      return;
    }
    if (served.type === 'refused') {
      // The failure is remembered, so this is not asked again.
      this.#give(chunk);
      return;
    }
    if (served.type === 'stored') {
      socket.resume();
      this.#send(served.object, request, served);
      return;
    }
    this.#feed(served);
  }

  #feed(served: Extract<Served, { readonly type: 'flowing' }>): void {
    const { meters, patience } = this.#road.parts;
    const { fill, head, how } = served;
    let bytes = 0;
    const over = (whole: boolean): void =>
      this.#tell({ status: head.status, bytes, whole, cache: how });
    meters.cached(resultOf(served));
    feedLane(this.#socket, {
      fill,
      whole: head.status !== 200,
      patience,
      head: () => this.#road.heads.ofFlowing(served, this.#road.draining),
      onBytes: (count) => {
        bytes += count;
        meters.sent('media', count);
      },
      done: () => {
        over(true);
        this.#rest();
        this.#socket.resume();
      },
      cut: () => over(false),
    });
  }

  #send(object: Stored, request: PlainRequest, served?: Served): void {
    const { meters, patience } = this.#road.parts;
    const body = (request.gzip ? packedOf(object) : undefined) ?? object.body;
    meters.cached('hit');
    meters.sent('media', body.length);
    const head = this.#road.heads.of(object, body, this.#road.draining, served?.how);
    const over = (whole: boolean): void => {
      const { status } = object.head;
      this.#tell({ status, bytes: body.length, whole, cache: served?.how ?? 'hit' });
      if (whole) this.#rest();
    };
    if (write(this.#socket, head, body)) over(true);
    else waitForDrain(this.#socket, body.length, patience, over);
  }

  #begin(address: string | undefined): void {
    const { now, wall } = this.#road.parts;
    this.#visit = { began: now(), atMs: wall(), address, target: '', report: undefined };
  }

  #tell(end: Pick<Visit, 'status' | 'bytes' | 'whole' | 'cache'>): void {
    const { now, onVisit } = this.#road.parts;
    const { began, atMs, address, target, report } = this.#visit;
    onVisit({ atMs, tookMs: now() - began, address, method: 'GET', target, report, ...end });
  }

  #rest(): void {
    if (this.#road.draining) this.#socket.end();
    else this.#road.idle.add(this.#socket);
  }

  /** To Node's parser, for good, with the bytes as they came. */
  #give(chunk: Buffer): void {
    this.#leave();
    const socket = this.#socket;
    socket.setTimeout(0);
    socket.pause();
    socket.unshift(chunk);
    this.#handOver();
    socket.resume();
  }

  readonly #onGone = (): void => void this.#socket.destroy();
  readonly #onEnd = (): void => void this.#socket.end();

  readonly #leave = (): void => {
    const socket = this.#socket;
    socket.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onGone);
    socket.off('timeout', this.#onGone).off('close', this.#leave);
    this.#road.open.delete(socket);
    this.#road.idle.delete(socket);
  };
}

function pathOf(target: string): string {
  const mark = target.indexOf('?');
  return mark < 0 ? target : target.slice(0, mark);
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
  over: (whole: boolean) => void,
): void {
  socket.pause();
  const timer = setTimeout(() => socket.destroy(), graceMs + (1000 * bytes) / bytesPerSecMin);
  const settle = (): void => {
    clearTimeout(timer);
    socket.off('drain', settle).off('close', settle);
    over(!socket.destroyed);
    if (!socket.destroyed) socket.resume();
  };
  socket.on('drain', settle).on('close', settle);
}

/** Copying a small body costs less than a second write. */
const JOINED_BYTES_MAX = 16_384;
const KEEP_ALIVE_MS = 65_000;
