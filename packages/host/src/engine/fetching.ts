/**
 * Fetches from the edge: located, counted by reason, and reported to the machine as they stream in.
 */
import type { FetchWhy } from '@shoal/core/peer';
import { rangeOf } from './locations.js';
import type { OutputOf } from './perform.js';
import { Transfer } from './transfer.js';
import { locationOf, type World } from './world.js';

export function startFetch(
  world: World,
  { fetch, key, of, from, to, why, fresh }: OutputOf<'fetch'>,
): void {
  const { feed, counters, wants, fetches } = world;
  const location = locationOf(world, key, of);
  if (!location) {
    feed({ type: 'fetch-ended', fetch, done: false, bytes: 0, status: 0 });
    return;
  }
  counters.request();
  const urgent = URGENT.has(why);
  const request = { ...rangeOf(location, from, to), fresh };
  const transfer = new Transfer(world.transfers, request, urgent, {
    bytes(chunk, total) {
      counters.http(why, chunk);
      feed({ type: 'fetched', fetch, bytes: total });
      if (!urgent) return;
      for (const { sink } of wants.of(key)) sink.progress?.(total);
    },
    ended(done, bytes, status) {
      const { pace } = transfer;
      if (pace) counters.edgeRate.sample(pace.bytesAfterFirst, pace.lastByteAt - pace.firstByteAt);
      feed({ type: 'fetch-ended', fetch, done, bytes, status });
    },
  });
  fetches.set(fetch, transfer);
}

/** Reasons that a player is waiting for; the others fetch ahead of it. */
const URGENT: ReadonlySet<FetchWhy> = new Set(['cold', 'deadline', 'alone', 'retry']);
