/** The stream over HTTP: `hls/<name>/…` and `records/<name>`. */

import type { ObjectKind } from '@shoal/core/edge';
import { encodeRecordList, LIMITS } from '@shoal/core/wire';
import { type EdgeParts, serveObject } from '../edge/http.js';
import type { Call, Route } from '../http/call.js';
import { refuse, reply } from '../http/reply.js';
import type { Catalog, Entry } from './catalog.js';
import { mediaType } from './media-type.js';
import type { LowLatency, WrittenPlaylist } from './stream.js';

export function streamRoutes(catalog: Catalog, edge: EdgeParts): readonly Route[] {
  return [
    { at: 'hls/', cors: true, handle: (call) => serveHls(call, catalog, edge) },
    { at: 'records/', cors: true, handle: (call) => serveRecords(call, catalog) },
  ];
}

async function serveHls(call: Call, catalog: Catalog, edge: EdgeParts): Promise<void> {
  const [, name = '', path = ''] = /^hls\/([^/]+)\/(.+)$/.exec(call.path) ?? [];
  const entry = catalog.get(name);
  if (entry === undefined) {
    refuse(call, 404, 'no such stream');
    return;
  }
  if (!(await started(call, entry))) return undefined;
  const rendition = /^(?:r(\d{1,5})|index)\.m3u8$/.exec(path);
  if (rendition !== null) return servePlaylist(call, entry, rendition[1]);
  return serveMedia(call, entry, edge, path);
}

/** Whether the stream can be played; if not, the viewer has been told. */
async function started(call: Call, { keeper }: Entry): Promise<boolean> {
  try {
    await keeper.start();
    return true;
  } catch {
    refuse(call, 503, 'the source of this stream does not answer');
    return false;
  }
}

async function servePlaylist(call: Call, entry: Entry, digits: string | undefined): Promise<void> {
  const { stream, keeper } = entry;
  const { lowLatency } = keeper;
  if (lowLatency && digits !== undefined) return serveParts(call, lowLatency, Number(digits));
  const main = digits === undefined ? stream.multivariant : undefined;
  const rendition = Number(digits ?? 0);
  if (main === undefined && stream.live) await keeper.freshen(rendition);
  const playlist = main ?? stream.playlists.get(rendition);
  if (playlist !== undefined) replyPlaylist(call, playlist);
  else if (keeper.status().trouble === undefined) refuse(call, 404, 'no such playlist');
  else refuse(call, 503, 'the source of this stream does not answer');
}

/** Playlists with parts (draft-pantos-hls-rfc8216bis section 6.2.5). */
async function serveParts(call: Call, stream: LowLatency, rendition: number): Promise<void> {
  const answer = await stream.playlist(rendition, call.query, goneSignal(call));
  if (typeof answer === 'number') refuse(call, answer, RELOAD_SENTENCES[answer] ?? 'no');
  else replyPlaylist(call, answer);
}

/** Aborts when the asker has gone. */
function goneSignal({ res }: Call): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  return gone.signal;
}

const RELOAD_SENTENCES: Readonly<Record<number, string>> = {
  400: 'a playlist that is too far ahead, or malformed directives',
  404: 'no such playlist',
  503: 'what was asked for did not come in time',
};

function replyPlaylist(call: Call, { body, etag, live, targetMs }: WrittenPlaylist): void {
  const kind: ObjectKind = live ? { type: 'live-playlist', targetMs } : { type: 'ended-playlist' };
  reply(call, { type: mediaType('.m3u8'), body, etag, kind, counts: 'playlist' });
}

async function serveMedia(call: Call, entry: Entry, edge: EdgeParts, path: string): Promise<void> {
  const { stream, source, keeper } = entry;
  const secret = keeper.key?.(path);
  if (secret !== undefined) {
    const [type, kind] = ['application/octet-stream', { type: 'page' }] as const;
    const headers = { 'Cache-Control': 'no-store' };
    reply(call, { type, body: secret, kind, headers, counts: 'page' });
    return;
  }
  if (!stream.objects.has(path)) await keeper.lowLatency?.hinted(path, goneSignal(call));
  const object = stream.objects.get(path);
  if (object === undefined) {
    refuse(call, 404, 'no such segment');
    return;
  }
  const { part } = object;
  if (part !== undefined) keeper.need(part.rendition, part.sequence);
  await serveObject(call, edge, source, { key: `${stream.name}/${path}`, ...object });
}

/** Records from `since` on. Waits a moment for the first one when it is being signed now. */
async function serveRecords(call: Call, catalog: Catalog): Promise<void> {
  const entry = catalog.get(call.path.slice('records/'.length));
  const rendition = readCount(call.query.get('rendition') ?? '0', 0xffff);
  const since = readCount(call.query.get('since') ?? '0', Number.MAX_SAFE_INTEGER);
  const count = readCount(call.query.get('count') ?? '64', LIMITS.listedRecords);
  if (entry === undefined) {
    refuse(call, 404, 'no such stream');
    return;
  }
  if (rendition === undefined || since === undefined || count === undefined) {
    refuse(call, 400, 'rendition, since and count (64 at most) are whole numbers');
    return;
  }
  if (!(await started(call, entry))) return;
  entry.keeper.need(rendition, since);
  await signedSoon(entry, rendition, since, call);
  const { stream, keeper } = entry;
  const listed =
    (await keeper.records?.(rendition, since, count)) ??
    stream.records.list(rendition, since, count);
  const body = Buffer.from(encodeRecordList(listed));
  const kind: ObjectKind = {
    type: 'records',
    live: stream.live || keeper.status().waiting > 0,
  };
  reply(call, { type: 'application/octet-stream', body, kind, counts: 'record' });
}

/** Resolves when the record is there, or will not be within `HOLD_MS`, or nobody waits any more. */
function signedSoon(
  { stream }: Entry,
  rendition: number,
  sequence: number,
  { res }: Call,
): Promise<void> {
  const named = stream.segments.has(`${rendition}/${sequence}`);
  if (!named || stream.records.has(rendition, sequence)) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer);
      undo();
      res.off('close', settle);
      resolve();
    };
    const timer = setTimeout(settle, HOLD_MS);
    const undo = stream.records.watch(({ record }) => {
      if (record.rendition === rendition && record.sequence === sequence) settle();
    });
    res.on('close', settle);
  });
}

function readCount(text: string, max: number): number | undefined {
  const value = Number(text);
  return /^\d{1,16}$/.test(text) && value <= max ? value : undefined;
}

/** Longer than signing a segment that has arrived, shorter than a newcomer's patience. */
const HOLD_MS = 700;
