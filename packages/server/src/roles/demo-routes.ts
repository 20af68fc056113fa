/** The demo's own doors: a switch for the edge, and a picture of the swarm. */
import type { IncomingMessage } from 'node:http';
import type { Call, Route } from '../http/call.js';
import { refuse, reply, replyJson } from '../http/reply.js';
import type { WebFiles } from '../pages/web-files.js';
import type { House } from './house.js';
import { nameOf, sums } from './operation.js';

export function demoRoutes(house: House, home: WebFiles): readonly Route[] {
  return [
    { at: 'api/demo/edge', post: true, cors: false, handle: (call) => switchEdge(call, house) },
    { at: 'api/demo/swarm', cors: false, handle: (call) => replyJson(call, picture(house)) },
    { at: 'demo-assets/', cors: false, handle: (call) => serveAsset(call, home) },
  ];
}

/** `{ "cut": true }` makes the edge refuse media with 503 until it is switched back. */
async function switchEdge(call: Call, { edge }: House): Promise<void> {
  if (call.method !== 'POST') {
    replyJson(call, { cut: edge.cut });
    return;
  }
  // Another site's page cannot send this type without asking first, and the question is not
  // answered here.
  const json = /^application\/json\b/i.test(call.req.headers['content-type'] ?? '');
  const body = json ? await readJson(call.req) : undefined;
  const cut = typeof body === 'object' && body !== null && 'cut' in body ? body.cut : undefined;
  if (typeof cut !== 'boolean') {
    refuse(call, 400, 'send JSON such as {"cut": true}');
    return;
  }
  edge.cut = cut;
  replyJson(call, { cut });
}

async function readJson(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Viewers, links, who feeds whom, and the totals. */
function picture({ tracker, catalog, edge, meters }: House): unknown {
  const swarm = tracker.snapshot();
  return {
    cut: edge.cut,
    edge_bytes: meters.totals().sentBytes.media,
    ...sums(swarm),
    streams: swarm.streams.map((stream) => ({
      name: nameOf(catalog, stream.streamId),
      peers: stream.peers,
      totals: stream.totals,
      renditions: stream.renditions,
    })),
  };
}

function serveAsset(call: Call, home: WebFiles): void {
  const file = home.get(call.path);
  if (file === undefined) {
    refuse(call, 404, 'no such file');
    return;
  }
  const { type, body, etag, hashed } = file;
  const kind = { type: hashed ? 'immutable' : 'page' } as const;
  reply(call, { type, body, etag, kind, counts: 'page' });
}

const BODY_BYTES_MAX = 4096;
