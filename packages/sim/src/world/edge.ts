/** The edge: an HTTP server with a capped egress and, when a scenario says so, faults. */
import { type BitsPerSec, Bytes, type Ms, type PartKey } from '@shoal/core/units';
import { encodeRecordList, type SealedRecord } from '@shoal/core/wire';
import type { Agenda } from '../agenda.js';
import { type Access, createAccess } from '../network/access.js';
import type { Paths } from '../network/paths.js';
import { EdgeAnswer, type EdgeEvents, type EdgeGet, type EdgeSite } from './edge-answer.js';
import type { Media, Segment } from './media.js';

/** `cut`: half of each body comes. `hang`: nothing comes. A number is the status that all requests get. */
export type EdgeMode = 'ok' | 'cut' | 'hang' | number;

export interface EdgeSpec {
  readonly rate: BitsPerSec;
  readonly delayMs: Ms;
}

/** What left for one request within one second. */
export interface SentBytes {
  readonly at: Ms;
  bytes: Bytes;
  readonly segment: Segment;
  readonly client: string;
}

export class Edge {
  mode: EdgeMode = 'ok';
  /** Whether records can be had over HTTP. */
  hasRecords = true;
  /** Answers with a stored segment that no longer matches its record. */
  isStale = false;
  /** Media bytes that left, when, of which segment, and for whom. */
  readonly sent: SentBytes[] = [];
  readonly counts = { requests: 0, playlists: 0, records: 0 };
  readonly #agenda: Agenda;
  readonly #media: Media;
  readonly #site: EdgeSite;

  constructor(agenda: Agenda, media: Media, paths: Paths, { rate, delayMs }: EdgeSpec) {
    this.#agenda = agenda;
    this.#media = media;
    const down = Number.POSITIVE_INFINITY;
    this.#site = { agenda, paths, edge: createAccess(agenda, { up: rate, down, delayMs }) };
  }

  /** Returns its undo: bytes already under way are sent and counted. */
  get(client: Access, request: EdgeGet, events: EdgeEvents): () => void {
    const agenda = this.#agenda;
    this.counts.requests += 1;
    const flow = `get${this.counts.requests}`;
    const answer = new EdgeAnswer(this.#site, client, { flow, request, events });
    agenda.after(this.#apart(client) + SERVE_MS, () => {
      const status = this.#statusOf(request.segment);
      if (status === undefined) return;
      if (status !== 200) answer.refuse(status);
      else {
        const size = this.#media.sizeOf(request.segment);
        const length = Math.max(0, Math.min(request.to ?? size, size) - request.from);
        answer.send(Bytes(length), this.mode === 'cut', this.#book(request));
      }
    });
    return () => answer.stop();
  }

  /** A playlist: undefined when it could not be had. */
  playlist(client: Access, answer: (listed: readonly number[] | undefined) => void): void {
    this.counts.playlists += 1;
    const apart = this.#apart(client);
    this.#agenda.after(apart + SERVE_MS, () => {
      const listed = this.mode === 'ok' ? this.#media.listed(this.#agenda.now()) : undefined;
      this.#agenda.after(this.mode === 'hang' ? HANG_MS : apart, () => answer(listed));
    });
  }

  /** Answered once there is more than `after`, and not before it is complete. */
  partAfter(client: Access, after: Segment, answer: (isThere: boolean) => void): void {
    this.counts.playlists += 1;
    const apart = this.#apart(client);
    const now = this.#agenda.now();
    const waitMs = Math.max(0, this.#media.publishedAt(after) - now - apart);
    this.#agenda.after(apart + SERVE_MS + waitMs, () => {
      const isThere = this.mode === 'ok';
      this.#agenda.after(this.mode === 'hang' ? HANG_MS : apart, () => answer(isThere));
    });
  }

  /** Records from a sequence on; none when they cannot be had. */
  records(client: Access, since: Segment, answer: (list: readonly SealedRecord[]) => void): void {
    this.counts.records += 1;
    const apart = this.#apart(client);
    this.#agenda.after(apart + SERVE_MS, () => {
      const isUp = this.hasRecords && this.mode === 'ok';
      const named = this.#media.listed(this.#agenda.now());
      const list = named
        .filter((sequence) => isUp && sequence >= since.sequence)
        .flatMap((sequence) => this.#partsOf({ ...since, sequence }))
        .slice(0, RECORDS_MAX)
        .map((key) => this.#media.sealed(key));
      const bytes = encodeRecordList(list).length + HEADER_BYTES;
      this.#agenda.after(apart, () => client.down.send('records', bytes, () => answer(list)));
    });
  }

  #apart(client: Access): Ms {
    return this.#site.paths.apartMs(client, this.#site.edge);
  }

  /** Undefined: no answer ever comes. */
  #statusOf(segment: Segment): number | undefined {
    if (this.mode === 'hang') return undefined;
    if (typeof this.mode === 'number') return this.mode;
    const isThere = segment.sequence >= 0 && this.#media.publishedAt(segment) <= this.#agenda.now();
    return isThere ? 200 : 404;
  }

  /** Those of a segment that exist. */
  #partsOf(segment: Segment): readonly PartKey[] {
    return Array.from({ length: this.#media.parts }, (_, part) => ({ ...segment, part })).filter(
      (key) => this.#media.publishedAt(key) <= this.#agenda.now(),
    );
  }

  /** Books what leaves for a request. */
  #book({ segment, client }: EdgeGet): (bytes: Bytes) => void {
    let last: SentBytes | undefined;
    return (bytes) => {
      const at = this.#agenda.now();
      if (last !== undefined && Math.floor(last.at / 1000) === Math.floor(at / 1000)) {
        last.bytes = Bytes(last.bytes + bytes);
        return;
      }
      last = { at, bytes, segment, client };
      this.sent.push(last);
    };
  }
}

const SERVE_MS = 2;
/** What a player waits for a playlist. */
const HANG_MS = 10_000;
const RECORDS_MAX = 64;
const HEADER_BYTES = 200;
