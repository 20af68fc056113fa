/**
 * Fetches from the edge: located, counted by reason, and reported to the machine as they stream in.
 */
import type { FetchWhy, PeerInput, PeerOutput } from '@shoal/core/peer';
import { rangeOf } from './locations.js';
import { locationOf, type World } from './world.js';

export function startFetch(
  world: World,
  feed: (input: PeerInput) => void,
  output: Extract<PeerOutput, { type: 'fetch' }>,
): void {
  const { fetch, key, why } = output;
  const location = locationOf(world, key.rendition, key.sequence);
  if (!location) {
    feed({ type: 'fetch-ended', fetch, done: false, bytes: 0, status: 0 });
    return;
  }
  const request = { ...rangeOf(location, output.from, output.to), fresh: output.fresh };
  world.counters.request();
  world.fetches.start(fetch, request, URGENT.has(why), {
    bytes(chunk, total) {
      world.counters.http(why, chunk);
      feed({ type: 'fetched', fetch, bytes: total });
      if (!URGENT.has(why)) return;
      for (const want of world.wants.of(key.rendition, key.sequence)) want.sink.progress?.(total);
    },
    ended(done, total, status) {
      const pace = world.fetches.pace(fetch);
      if (pace) {
        world.counters.edgeRate.sample(pace.bytesAfterFirst, pace.lastByteAt - pace.firstByteAt);
      }
      feed({ type: 'fetch-ended', fetch, done, bytes: total, status });
    },
  });
}

/** Reasons that a player is waiting for; the others fetch ahead of it. */
const URGENT: ReadonlySet<FetchWhy> = new Set(['cold', 'deadline', 'alone', 'retry']);
