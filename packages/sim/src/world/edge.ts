/** The edge: an HTTP server with a capped egress and, when a scenario says so, faults. */
import { type BitsPerSec, Bytes, type Ms } from '@shoal/core/units';
import { encodeRecordList, type SealedRecord } from '@shoal/core/wire';
import type { Agenda } from '../agenda.js';
import { type Access, createAccess } from '../network/access.js';
import type { Media, Segment } from './media.js';

/**
 * `cut`: half of each body comes. `hang`: nothing comes. A number is the status that all requests
 * get.
 */
export type EdgeMode = 'ok' | 'cut' | 'hang' | number;

export interface EdgeSpec {
  readonly rate: BitsPerSec;
  readonly delayMs: Ms;
}

export interface EdgeGet {
  /** Who asks, for the books. */
  readonly client: string;
  /** A request without a byte for so long has failed: its client gives up. */
  readonly silenceMs: Ms;
  readonly segment: Segment;
  readonly from: Bytes;
  readonly to: Bytes | undefined;
}

export interface EdgeEvents {
  /** All bytes so far. */
  bytes(total: Bytes): void;
  ended(done: boolean, total: Bytes, status: number): void;
}

export interface SentBytes {
  readonly at: Ms;
  readonly bytes: Bytes;
  readonly segment: Segment;
  readonly client: string;
}

export interface Edge {
  mode: EdgeMode;
  /** Whether records can be had over HTTP. */
  hasRecords: boolean;
  /** Answers with a stored segment that no longer matches its record. */
  isStale: boolean;
  /** Returns its undo: bytes already under way are sent and counted. */
  get(client: Access, request: EdgeGet, events: EdgeEvents): () => void;
  /** A playlist: undefined when it could not be had. */
  playlist(client: Access, answer: (listed: readonly number[] | undefined) => void): void;
  records(client: Access, since: Segment, answer: (list: readonly SealedRecord[]) => void): void;
  /** Media bytes that left, when, of which segment, and for whom. */
  readonly sent: SentBytes[];
  readonly counts: { requests: number; playlists: number; records: number };
}

const CHUNK = 16_384;
const SERVE_MS = 2;
/** What a player waits for a playlist. */
const HANG_MS = 10_000;

export function createEdge(agenda: Agenda, media: Media, spec: EdgeSpec): Edge {
  const access = createAccess(agenda, {
    up: spec.rate,
    down: Number.POSITIVE_INFINITY,
    delayMs: spec.delayMs,
  });
  let flows = 0;
  const apart = (client: Access): Ms => client.delayMs + access.delayMs;

  const respond = (
    client: Access,
    { client: name, segment }: EdgeGet,
    flow: string,
    length: Bytes,
    events: EdgeEvents,
  ): void => {
    const end = edge.mode === 'cut' ? Math.floor(length / 2) : length;
    const isCut = end < length;
    const finish = (total: Bytes): void => events.ended(!isCut, total, isCut ? 0 : 200);
    for (let at = 0; at < end; at += CHUNK) {
      const bytes = Bytes(Math.min(CHUNK, end - at));
      const total = Bytes(at + bytes);
      access.up.send(flow, bytes, () => {
        edge.sent.push({ at: agenda.now(), bytes, segment, client: name });
        agenda.after(apart(client), () =>
          client.down.send(flow, bytes, () => {
            events.bytes(total);
            if (total >= end) finish(total);
          }),
        );
      });
    }
    if (end === 0) finish(0);
  };

  const get: Edge['get'] = (client, request, events) => {
    flows += 1;
    const flow = `get${flows}`;
    let isOver = false;
    let quiet = (): void => {};
    let got = Bytes(0);
    const stop = (): void => {
      isOver = true;
      quiet();
      client.down.cut(flow);
      agenda.after(apart(client), () => access.up.cut(flow));
    };
    const listen = (): void => {
      quiet();
      quiet = agenda.after(request.silenceMs, () => {
        stop();
        events.ended(false, got, 0);
      });
    };
    const alive: EdgeEvents = {
      bytes(total) {
        if (isOver) return;
        got = total;
        listen();
        events.bytes(total);
      },
      ended(done, total, status) {
        if (isOver) return;
        isOver = true;
        quiet();
        events.ended(done, total, status);
      },
    };
    listen();
    edge.counts.requests += 1;
    agenda.after(apart(client) + SERVE_MS, () => {
      const { segment, from } = request;
      const { sequence } = segment;
      const isThere = sequence >= 0 && media.publishedAt(sequence) <= agenda.now();
      if (edge.mode === 'hang' || isOver) return;
      const status = typeof edge.mode === 'number' ? edge.mode : isThere ? 200 : 404;
      if (status !== 200) agenda.after(apart(client), () => alive.ended(false, 0, status));
      else {
        const length = Math.max(0, Math.min(request.to ?? Infinity, media.sizeOf(segment)) - from);
        respond(client, request, flow, Bytes(length), alive);
      }
    });
    return stop;
  };

  const edge: Edge = {
    mode: 'ok',
    hasRecords: true,
    isStale: false,
    sent: [],
    counts: { requests: 0, playlists: 0, records: 0 },
    get,
    playlist(client, answer) {
      edge.counts.playlists += 1;
      agenda.after(apart(client) + SERVE_MS, () => {
        const listed = edge.mode === 'ok' ? media.listed(agenda.now()) : undefined;
        agenda.after(edge.mode === 'hang' ? HANG_MS : apart(client), () => answer(listed));
      });
    },
    records(client, since, answer) {
      edge.counts.records += 1;
      agenda.after(apart(client) + SERVE_MS, () => {
        const isUp = edge.hasRecords && edge.mode === 'ok';
        const named = media.listed(agenda.now()).filter((sequence) => sequence >= since.sequence);
        const list = isUp
          ? named.slice(0, 64).map((sequence) => media.sealed({ ...since, sequence }))
          : [];
        const bytes = encodeRecordList(list).length + 200;
        agenda.after(apart(client), () => client.down.send('records', bytes, () => answer(list)));
      });
    },
  };
  return edge;
}
