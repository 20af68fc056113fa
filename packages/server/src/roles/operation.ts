/** What operators ask of every role: `/healthz`, `/metrics`, `/api/status`. */

import type { TrackerSnapshot } from '@shoal/core/tracker';
import { hex } from '@shoal/core/wire';
import type { Call, Route } from '../http/call.js';
import { refuse, reply, replyJson } from '../http/reply.js';
import { isReady } from '../origin/catalog.js';
import type { House } from './house.js';
import { VERSION } from './version.js';

export function operationRoutes(house: House): readonly Route[] {
  addGauges(house);
  return [
    { at: 'healthz', cors: false, handle: (call) => health(call, house) },
    { at: 'metrics', cors: false, handle: (call) => metrics(call, house) },
    { at: 'api/status', cors: false, handle: (call) => replyJson(call, statusOf(house)) },
  ];
}

/**
 * Ready when every stream that was asked for can be played; lazily opened titles count as playable.
 */
function health(call: Call, { catalog }: House): void {
  const streams = catalog.all();
  const ready =
    streams.some(({ stream }) => isReady(stream)) ||
    streams.every(({ keeper }) => keeper.status().trouble === undefined);
  if (ready)
    reply(call, { type: 'text/plain', body: 'ok\n', kind: { type: 'page' }, counts: 'page' });
  else refuse(call, 503, 'no stream can be played');
}

async function metrics(call: Call, { meters }: House): Promise<void> {
  const body = await meters.text();
  const type = 'text/plain; version=0.0.4; charset=utf-8';
  reply(call, { type, body, kind: { type: 'page' }, counts: 'page' });
}

function statusOf({ catalog, meters, tracker, cache, edge }: House): unknown {
  const totals = meters.totals();
  const swarm = tracker.snapshot();
  return {
    version: VERSION,
    uptime_s: Math.round(process.uptime()),
    streams: catalog.status(),
    bytes: {
      sent: totals.sentBytes,
      upstream: totals.upstreamBytes,
      signer_bytes: totals.signerBytes,
    },
    edge: {
      ...totals.cache,
      fetches: totals.upstreamFetches,
      bytes: cache.bytes,
      objects: cache.objects,
      cut: edge.cut,
    },
    records_signed: totals.recordsSigned,
    swarm: {
      connections: swarm.connections,
      peers: swarm.peers,
      refused: swarm.refused,
      ...sums(swarm),
      streams: swarm.streams.map(({ streamId, epoch, peers, totals: of }) => ({
        stream: nameOf(catalog, streamId),
        epoch,
        peers,
        totals: of,
      })),
    },
  };
}

/** Names instead of hashes, for people. */
export function nameOf(catalog: House['catalog'], streamId: Uint8Array): string {
  const id = hex(streamId);
  const found = catalog.all().find(({ stream }) => hex(stream.signing.streamId) === id);
  return found?.stream.name ?? id;
}

/** Bytes that viewers reported, and the share that came from each other. */
export function sums({ streams }: TrackerSnapshot) {
  let [http, peer] = [0, 0];
  for (const { totals } of streams) {
    http += totals.httpBytes;
    peer += totals.peerBytes;
  }
  const all = http + peer;
  return { http_bytes: http, peer_bytes: peer, offload: all === 0 ? 0 : peer / all };
}

function addGauges({ meters, tracker, cache, catalog }: House): void {
  const swarm = () => sums(tracker.snapshot());
  meters.gauge('peers', 'Peers admitted to swarms', () => tracker.snapshot().peers);
  meters.gauge('tracker_sockets', 'Sockets of the tracker', () => tracker.snapshot().connections);
  meters.gauge(
    'viewer_http_bytes',
    'Media bytes that viewers report from HTTP',
    () => swarm().http_bytes,
  );
  meters.gauge(
    'viewer_peer_bytes',
    'Media bytes that viewers report from peers',
    () => swarm().peer_bytes,
  );
  meters.gauge(
    'offload_ratio',
    'Peer bytes by all media bytes that viewers report',
    () => swarm().offload,
  );
  meters.gauge('cache_bytes', 'Bytes of media in memory', () => cache.bytes);
  meters.gauge('streams', 'Streams served', () => catalog.all().length);
  meters.gauge('process_resident_bytes', 'Resident memory', () => process.memoryUsage.rss());
  meters.gauge('process_cpu_seconds', 'CPU time used', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
}
