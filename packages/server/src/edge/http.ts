/** Media objects over HTTP: every segment through the cache, whatever its source. */
import type { Call } from '../http/call.js';
import { refuse } from '../http/reply.js';
import type { Place } from '../origin/segment.js';
import type { Source } from '../source/source.js';
import type { EdgeCache } from './cache.js';
import type { PatienceConfig } from './config.js';
import { feed } from './session.js';

export interface EdgeParts {
  readonly cache: EdgeCache;
  /** Whether the edge refuses media now: the demo's switch, and a drain. */
  readonly cut: () => boolean;
  readonly patience?: PatienceConfig;
}

/** Sends the object at `place`; `key` names these very bytes for ever. */
export function serveObject(
  call: Call,
  { cache, cut, patience }: EdgeParts,
  source: Source,
  object: { readonly key: string; readonly place: Place; readonly type: string },
): void | Promise<void> {
  if (cut()) {
    call.res.setHeader('Retry-After', '1');
    refuse(call, 503, 'the edge is cut off');
    return;
  }
  const { place } = object;
  const found = cache.find(object.key, (signal) => source.open(place.url, place.slice, signal));
  return feed(call, found, object.type, patience);
}
