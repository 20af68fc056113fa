/**
 * How the signer gets bytes: through the edge, so that viewers find them there, or by a fetch of
 * its own.
 */
import { type CacheConfig, DEFAULT_CACHE } from '@shoal/core/edge';
import { type EdgeCache, ended } from '../edge/cache.js';
import { startFill } from '../edge/fill.js';
import type { Source } from '../source/source.js';
import type { Meters } from '../telemetry/meters.js';
import type { Place } from './segment.js';

/** Reads all bytes of a place; `key` is its name in the edge. Throws when they cannot be had. */
export type ReadPlace = (key: string, place: Place) => Promise<Buffer>;

/** The signer's fetch is the edge's one fetch. */
export function readThroughEdge(cache: EdgeCache, source: Source): ReadPlace {
  return (key, place) => cache.whole(key, (signal) => source.open(place.url, place.slice, signal));
}

/** The signer's own copy, counted apart. */
export function readApart(
  source: Source,
  meters: Meters,
  config: CacheConfig = DEFAULT_CACHE,
): ReadPlace {
  return async (_key, place) => {
    let local = false;
    const fill = startFill({
      open: async (signal) => {
        const opened = await source.open(place.url, place.slice, signal);
        local = opened.local;
        return opened;
      },
      config,
      turn: (work) => work(),
      onBytes: (bytes) => {
        if (!local) meters.signerRead(bytes);
      },
      onEnd: () => {},
    });
    await ended(fill);
    if (fill.failure !== undefined) throw fill.failure.error;
    return Buffer.concat(fill.chunks);
  };
}
