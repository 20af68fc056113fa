/** Performs what a peer machine says: the only place where its outputs touch the world. */
import type { PeerEvent, PeerOutput } from '@shoal/core/peer';
import type { PeerId } from '@shoal/core/units';
import { partId } from '@shoal/core/units';
import { check, verify } from './checking.js';
import { deliver, deliverPlain } from './delivering.js';
import { startFetch } from './fetching.js';
import type { World } from './world.js';

export type OutputOf<Type extends PeerOutput['type']> = Extract<PeerOutput, { type: Type }>;

type Performers = { readonly [Type in PeerOutput['type']]: (output: OutputOf<Type>) => void };

export function createPerformer(world: World): (output: PeerOutput) => void {
  const { wants, links, pieces, fetches, tracker, records, emitter } = world;
  const performers: Performers = {
    deliver: (output) => deliver(world, output),
    'deliver-plain': (output) => deliverPlain(world, output),
    fail: ({ request, status }) => wants.take(request)?.sink.failed(status),
    verify: (output) => verify(world, output),
    check: (output) => check(world, output),
    discard: ({ arrival }) => void links.take(arrival),
    evict: ({ part }) => pieces.evict(part),
    recorded({ sealed }) {
      records.add(sealed);
      const { rendition, sequence } = sealed.record;
      emitter.emit('recorded', { rendition, sequence });
    },
    connect: ({ peer, offer }) => links.open(peer, offer),
    disconnect: ({ peer }) => links.close(peer),
    send: ({ peer, message }) => links.send(peer, message),
    'send-piece'(output) {
      const bytes = pieces.get(partId(output.key), output.index);
      // One that was evicted since it was planned is not sent; the peer asks elsewhere.
      if (bytes) links.sendPiece(output.peer, output, bytes);
    },
    fetch: (output) => startFetch(world, output),
    'cancel-fetch': ({ fetch }) => fetches.get(fetch)?.stop(),
    'release-fetch'({ fetch }) {
      fetches.get(fetch)?.stop();
      fetches.delete(fetch);
    },
    'fetch-records': ({ rendition, since, count }) =>
      world.recordFetch.get(rendition, since, count),
    'tracker-open': tracker.open,
    'tracker-close': tracker.close,
    'tracker-send': ({ message }) => tracker.send(message),
    event: ({ event }) => tell(world, event),
  };
  return (output) => performers[output.type](output as never);
}

/** Counts an event and tells the listeners; a delivery is told once, with its times. */
function tell({ counters, links, emitter }: World, event: PeerEvent): void {
  counters.event(event, links.neighbour((event as { readonly peer?: PeerId }).peer));
  if (event.type !== 'segment-delivered') emitter.emit(event.type, event as never);
}
