/** The edge's memory: complete objects within a byte budget, and the fetches under way. */
import { type CacheConfig, type Decision, decide, type Held, worthKeeping } from '@shoal/core/edge';
import { LRUCache } from 'lru-cache';
import { etagOf } from '../http/reply.js';
import type { Meters } from '../telemetry/meters.js';
import { type Fill, type FillFailure, type OpenObject, startFill } from './fill.js';

/** An object in memory. */
export interface FullObject {
  readonly body: Buffer;
  readonly etag: string;
}

export type Found =
  | { readonly type: 'full'; readonly object: FullObject; readonly result: 'hit' }
  | { readonly type: 'filling'; readonly fill: Fill; readonly result: 'join' | 'fill' }
  | { readonly type: 'refused'; readonly status: number; readonly result: 'refuse' };

export interface EdgeCache {
  /** Finds an object or begins the one fetch of it. `key` names these very bytes for ever. */
  find(key: string, open: OpenObject): Found;
  /** The whole object, from memory or by the one fetch; its failure is thrown. */
  whole(key: string, open: OpenObject): Promise<Buffer>;
  readonly bytes: number;
  readonly objects: number;
}

export function createCache(config: CacheConfig, meters: Meters, now: () => number): EdgeCache {
  const full = new LRUCache<string, FullObject>({
    maxSize: config.bytesMax,
    sizeCalculation: (object) => Math.max(1, object.body.length),
  });
  const absent = new LRUCache<string, { since: number; code: number }>({ max: ABSENT_MAX });
  const fills = new Map<string, Fill>();
  const filled = new WeakMap<Fill, FullObject>();
  const turn = createTurns(config.fillsMax);

  const look = (key: string): Held | undefined => {
    if (full.has(key)) return { status: 'full' };
    if (fills.has(key)) return { status: 'filling' };
    const none = absent.get(key);
    return none === undefined ? undefined : { status: 'absent', ...none };
  };
  const begin = (key: string, open: OpenObject): Fill => {
    const onEnd = (fill: Fill): void => {
      fills.delete(key);
      const { failure } = fill;
      if (failure !== undefined) {
        absent.set(key, { since: now(), code: failure.status });
        return;
      }
      const object = remember(fill);
      filled.set(fill, object);
      if (worthKeeping(fill.received, config)) full.set(key, object);
    };
    meters.fetched('media');
    const fill = startFill({ open, config, turn, onBytes: meters.received, onEnd });
    fills.set(key, fill);
    return fill;
  };
  const perform = (key: string, open: OpenObject, decision: Decision): Found => {
    switch (decision.type) {
      case 'hit':
        return { type: 'full', object: full.get(key) as FullObject, result: 'hit' };
      case 'join':
        return { type: 'filling', fill: fills.get(key) as Fill, result: 'join' };
      case 'fill':
        return { type: 'filling', fill: begin(key, open), result: 'fill' };
      case 'refuse':
        return { type: 'refused', status: decision.code, result: 'refuse' };
    }
  };
  const find: EdgeCache['find'] = (key, open) => perform(key, open, decide(now(), look(key)));
  return {
    find,
    whole: (key, open) => wholeOf(find(key, open), filled),
    get bytes() {
      return full.calculatedSize ?? 0;
    },
    get objects() {
      return full.size;
    },
  };
}

/** Resolves once the fill has ended. */
export function ended(fill: Fill): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (fill.status === 'flowing') return;
      undo();
      resolve();
    };
    const undo = fill.watch(check);
    check();
  });
}

async function wholeOf(found: Found, filled: WeakMap<Fill, FullObject>): Promise<Buffer> {
  if (found.type === 'full') return found.object.body;
  if (found.type === 'refused') throw new RefusedError(found.status);
  await ended(found.fill);
  const { failure } = found.fill;
  if (failure !== undefined) throw new RefusedError(failure.status, failure);
  return filled.get(found.fill)?.body ?? Buffer.concat(found.fill.chunks);
}

/** The edge could not get the object: `status` is what a viewer would be told. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, failure?: FillFailure) {
    super(failure?.error.message ?? `the object is missing (${status})`, { cause: failure?.error });
    this.status = status;
  }
}

function remember(fill: Fill): FullObject {
  const body = Buffer.concat(fill.chunks);
  return { body, etag: etagOf(body) };
}

/** Lets `max` pieces of work run at a time; the others wait in the order they came. */
export function createTurns(max: number): (work: () => Promise<void>) => Promise<void> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running < max) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = waiting.shift();
      // A place that is handed on stays taken.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** Remembered failures: names are made by us, so this only bounds a broken upstream. */
const ABSENT_MAX = 10_000;
