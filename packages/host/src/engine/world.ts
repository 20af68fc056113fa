/** What the outputs of a machine act upon: the tables of one engine, made once. */
import type { PeerEvent, PeerInput } from '@shoal/core/peer';
import type { FromTracker } from '@shoal/core/wire';
import { createCounters } from './counters.js';
import { ENGINE_DEFAULTS, type EngineOptions } from './engine-options.js';
import type { Emitter, EngineEvents } from './events.js';
import { createFetchGate } from './fetch-gate.js';
import { createFetchTable } from './fetch-table.js';
import { createLinkTable } from './link-table.js';
import { createLocations, type Location } from './locations.js';
import { createPieceStore } from './piece-store.js';
import { createRecordFetch } from './record-fetch.js';
import { createRecordShelf } from './record-shelf.js';
import { createTrackerSession } from './tracker-session.js';
import { createWants } from './wants.js';

export type World = ReturnType<typeof createWorld>;

export function createWorld(
  options: EngineOptions,
  emitter: Emitter<EngineEvents>,
  feed: (input: PeerInput) => void,
) {
  const { ports, urls, stream } = options;
  const { clock, edge } = ports;
  const config = { ...ENGINE_DEFAULTS, ...options.config };
  const counters = createCounters();
  const tracker = createTrackerSession({
    sockets: ports.tracker,
    urls: urls.trackers,
    feed,
    received(message: FromTracker) {
      feed({ type: 'tracker', message });
      if (message.type === 'signal') links.signal(message.peer, message.payload);
    },
  });
  const links = createLinkTable({
    links: ports.links,
    feed(input) {
      if (input.type === 'link-up') counters.rtt(input.peer, input.rttMs);
      feed(input);
    },
    relay: (peer, payload) => tracker.send({ type: 'signal', peer, payload }),
  });
  const recordFetch = createRecordFetch({
    edge,
    clock,
    url: urls.records,
    found: (sealed) => feed({ type: 'record', sealed }),
    ended: (rendition, ok) => feed({ type: 'records-ended', rendition, ok }),
  });
  const gate = createFetchGate(config.fetchesMax);
  return {
    clock,
    crypto: ports.crypto,
    publicKey: stream.publicKey,
    counters,
    links,
    tracker,
    recordFetch,
    emitter,
    locate: options.locate,
    locations: createLocations(),
    records: createRecordShelf(),
    pieces: createPieceStore(),
    wants: createWants(),
    fetches: createFetchTable({ edge, clock, gate, ...config }),
  };
}

/** Counts an event and tells the listeners; a delivery is told once, with its times. */
export function emit({ counters, clock, emitter }: World, event: PeerEvent): void {
  counters.event(clock.now(), event);
  if (event.type !== 'segment-delivered') emitter.emit(event.type, event as never);
}

/** Undefined: neither a playlist nor a record says where this is. */
export function locationOf(
  { locations, records, locate }: World,
  rendition: number,
  sequence: number,
): Location | undefined {
  const listed = locations.get(rendition, sequence);
  if (listed) return listed;
  const record = records.get(rendition, sequence, 0);
  return record && locate(record);
}

export function closeWorld({ recordFetch, tracker, links, fetches }: World): void {
  recordFetch.clear();
  tracker.close();
  links.clear();
  fetches.clear();
}
