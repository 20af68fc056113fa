/** What the outputs of a machine act upon: the tables of one engine, made once. */
import type { PeerEvent, PeerInput } from '@shoal/core/peer';
import type { PeerId } from '@shoal/core/units';
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
import type { EngineStats } from './stats.js';
import { createTrackerSession } from './tracker-session.js';
import { createWants } from './wants.js';
import type { WhyView } from './why.js';

export type World = ReturnType<typeof createWorld>;

export function createWorld(
  options: EngineOptions,
  emitter: Emitter<EngineEvents>,
  feed: (input: PeerInput) => void,
) {
  const { clock, edge, crypto } = options.ports;
  const config = { ...ENGINE_DEFAULTS, ...options.config };
  const gate = createFetchGate(config.fetchesMax);
  const fetches = createFetchTable({ edge, clock, gate, ...config });
  const counters = createCounters();
  const locations = createLocations();
  const records = createRecordShelf();
  let tracker: { phase: WhyView['tracker']; refused: string | undefined } = {
    phase: 'idle',
    refused: undefined,
  };

  let self: PeerId | undefined;

  const received = (message: FromTracker): void => {
    if (message.type === 'welcome') self = message.peer;
    feed({ type: 'tracker', message });
    if (message.type === 'signal') links.signal(message.peer, message.payload);
  };
  const session = createTrackerSession({
    sockets: options.ports.tracker,
    urls: options.urls.trackers,
    feed,
    received,
  });
  const links = createLinkTable({
    links: options.ports.links,
    feed(input) {
      if (input.type === 'link-up') counters.rtt(input.peer, input.rttMs);
      feed(input);
    },
    relay: (peer, payload) => session.send({ type: 'signal', peer, payload }),
  });
  const recordFetch = createRecordFetch({
    edge,
    clock,
    url: options.urls.records,
    found: (sealed) => feed({ type: 'record', sealed }),
    ended: (rendition, ok) => feed({ type: 'records-ended', rendition, ok }),
  });
  const emit = (event: PeerEvent): void => {
    counters.event(clock.now(), event);
    if (event.type === 'tracker-changed') {
      tracker = { phase: event.up ? 'up' : 'down', refused: event.refused };
    }
    if (event.type !== 'segment-delivered') emitter.emit(event.type, event as never);
  };
  return {
    clock,
    crypto,
    publicKey: options.stream.publicKey,
    counters,
    locations,
    records,
    links,
    session,
    recordFetch,
    emit,
    emitter,
    pieces: createPieceStore(),
    wants: createWants(),
    fetches,
    /** Undefined: neither a playlist nor a record says where this is. */
    locationOf(rendition: number, sequence: number): Location | undefined {
      const listed = locations.get(rendition, sequence);
      if (listed !== undefined) return listed;
      const record = records.get(rendition, sequence, 0);
      return record === undefined ? undefined : options.locate(record);
    },
    trackerOpening() {
      if (tracker.phase === 'idle') tracker = { phase: 'opening', refused: undefined };
    },
    view: (): Omit<WhyView, 'broken' | 'consent'> => ({
      canLink: options.ports.links !== undefined,
      trackers: options.urls.trackers.length,
      tracker: tracker.phase,
      refused: tracker.refused,
      links: links.count(),
      linksPending: links.pending(),
    }),
    stats: (): Omit<EngineStats, 'why'> => ({
      ...counters.read(),
      self,
      peers: links.count(),
      tracker: { up: session.isUp(), refused: tracker.refused },
    }),
    close() {
      recordFetch.clear();
      session.close();
      links.clear();
      fetches.clear();
    },
  };
}
