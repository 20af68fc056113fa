/** What the outputs of a machine act upon: the tables of one engine, made once. */
import type { FetchId, PeerInput } from '@shoal/core/peer';
import type { PartKey } from '@shoal/core/units';
import { FLAG } from '@shoal/core/wire';
import { ENGINE_DEFAULTS, type EngineOptions } from './engine-options.js';
import { createFetchGate } from './fetch-gate.js';
import { createLinkTable } from './link-table.js';
import { createLocations, type Location } from './locations.js';
import { createPieceStore } from './piece-store.js';
import { createRecordFetch } from './record-fetch.js';
import { createRecordShelf } from './record-shelf.js';
import { createTrackerSession } from './tracker-session.js';
import type { Transfer } from './transfer.js';
import { createWants } from './wants.js';

export type World = ReturnType<typeof createWorld>;

export function createWorld(options: EngineOptions, feed: (input: PeerInput) => void) {
  const { ports, urls } = options;
  const { clock, edge } = ports;
  const config = { ...ENGINE_DEFAULTS, ...options.config };
  const tracker = createTrackerSession({
    sockets: ports.tracker,
    urls: urls.trackers,
    feed,
    signal: (peer, payload) => links.signal(peer, payload),
  });
  const links = createLinkTable({
    links: ports.links,
    clock,
    feed,
    relay: (peer, payload) => tracker.send({ type: 'signal', peer, payload }),
  });
  const recordFetch = createRecordFetch({
    edge,
    clock,
    url: urls.records,
    found: (sealed) => feed({ type: 'record', sealed }),
    ended: (rendition, ok) => feed({ type: 'records-ended', rendition, ok }),
  });
  const { counters, emitter, locate, stream } = options;
  return {
    feed,
    clock,
    crypto: ports.crypto,
    publicKey: stream.publicKey,
    counters,
    emitter,
    links,
    tracker,
    recordFetch,
    locate,
    locations: createLocations(),
    records: createRecordShelf(),
    pieces: createPieceStore(),
    wants: createWants(),
    fetches: new Map<FetchId, Transfer>(),
    transfers: { edge, clock, gate: createFetchGate(config.fetchesMax), ...config },
  };
}

/**
 * Where a part is, or the segment that begins with it: what a playlist said, else what the signed
 * record hints. Undefined: neither says.
 */
export function locationOf(
  { locations, records, locate }: World,
  key: PartKey,
  of: 'part' | 'segment',
): Location | undefined {
  const record = records.get(key);
  const isWhole = of === 'segment' || !record || record.flags & FLAG.lastPart;
  const listed = of === 'part' && locations.get(key);
  const segment = key.part === 0 && isWhole && locations.get({ ...key, part: undefined });
  return listed || segment || (record && locate(record));
}

export function closeWorld({ recordFetch, tracker, links, fetches, wants }: World): void {
  recordFetch.clear();
  tracker.close();
  links.clear();
  for (const transfer of fetches.values()) transfer.stop();
  for (const { sink } of wants.clear()) sink.failed(0);
}
