/** How a router answers viewers: by redirect, as JSON, and as a Content Steering server. */
import { plainPath, readAddress } from '@shoal/core/access';
import { type PrefixTable, type Router, steeringManifest } from '@shoal/core/router';
import { Ms } from '@shoal/core/units';
import { TARGET } from '../edge/answer.js';
import type { Call, Route } from '../http/call.js';
import { refuse, reply } from '../http/reply.js';
import { addressOf } from '../tracker/http.js';

export interface RoutingParts {
  readonly router: Router;
  /** Base addresses by id. */
  readonly urls: ReadonlyMap<string, URL>;
  readonly prefixes: PrefixTable | undefined;
  readonly steering: { readonly base?: string | undefined; readonly ttl: number };
  readonly trustProxy: boolean;
  readonly now: () => number;
}

/** Edges that one answer names. */
export const ANSWERED_EDGES_MAX = 8;

export function routingRoutes(parts: RoutingParts): {
  readonly routes: readonly Route[];
  readonly rest: Route;
} {
  return {
    routes: [
      { at: 'api/route', cors: true, handle: (call) => tell(call, parts) },
      { at: 'steering', cors: true, handle: (call) => steer(call, parts) },
    ],
    rest: { at: '*', cors: true, handle: (call) => redirect(call, parts) },
  };
}

/** Any other address: the same one, at the best edge. */
function redirect(call: Call, parts: RoutingParts): void {
  const target = call.req.url ?? '';
  const path = TARGET.test(target) ? plainPath(target) : undefined;
  if (path === undefined) {
    refuse(call, 400, 'malformed request');
    return;
  }
  const [best] = choose(call, path, parts);
  const base = best === undefined ? undefined : parts.urls.get(best);
  if (base === undefined) refuse(call, 503, 'there is no edge');
  else {
    // Temporary: the next request may be better served elsewhere.
    call.res.writeHead(307, {
      Location: `${base.origin}${target}`,
      'Cache-Control': 'no-store',
      'Content-Length': '0',
    });
    call.res.end();
  }
}

/** `/api/route?path=/live/a.m3u8`: the edges for it, the best first. */
function tell(call: Call, parts: RoutingParts): void {
  const path = titleOf(call);
  if (path === undefined) {
    refuse(call, 400, 'say which: /api/route?path=/live/index.m3u8');
    return;
  }
  const edges = choose(call, path, parts).map((id) => ({ id, url: parts.urls.get(id)?.origin }));
  json(call, JSON.stringify({ edges }));
}

/** `/steering?path=/live/`, as `SERVER-URI` of a playlist or a manifest names it. */
function steer(call: Call, parts: RoutingParts): void {
  const path = titleOf(call) ?? '/';
  const { base, ttl } = parts.steering;
  const pathways = choose(call, path, parts).map((id) => ({
    id,
    host: id === base ? undefined : parts.urls.get(id)?.host,
  }));
  const reloadUri = `steering?path=${encodeURIComponent(path)}`;
  json(call, steeringManifest({ pathways, baseId: base, ttlSec: Math.ceil(ttl), reloadUri }));
}

function choose(call: Call, path: string, parts: RoutingParts): readonly string[] {
  const { router, prefixes, trustProxy, now } = parts;
  const address = readAddress(addressOf(call.req, trustProxy));
  const place = address === undefined ? undefined : prefixes?.placeOf(address);
  // All of a title has one order: its playlists and its segments are on the same edges.
  const title = path.slice(0, path.lastIndexOf('/') + 1);
  return router.choose(Ms(now()), place, title).slice(0, ANSWERED_EDGES_MAX);
}

function titleOf(call: Call): string | undefined {
  const path = call.query.get('path');
  return path === null ? undefined : plainPath(path);
}

function json(call: Call, body: string): void {
  reply(call, {
    type: 'application/json',
    body,
    kind: { type: 'page' },
    counts: 'page',
    headers: { 'Cache-Control': 'no-store' },
  });
}
