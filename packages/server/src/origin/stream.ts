/** One stream as it is served: playlists, segment addresses and records under one name and key. */
import type { SealedRecord } from '@shoal/core/wire';
import { etagOf } from '../http/reply.js';
import { createRecordStore, type RecordStore } from './record-store.js';
import type { Place, Segment } from './segment.js';
import type { Signing } from './signer.js';
import type { StreamKey } from './stream-key.js';

/** A playlist, written. */
export interface WrittenPlaylist {
  readonly body: Buffer;
  readonly etag: string;
  readonly live: boolean;
  readonly targetMs: number;
}

export function written(text: string, live: boolean, targetMs: number): WrittenPlaylist {
  const body = Buffer.from(text);
  return { body, etag: etagOf(body), live, targetMs };
}

/** An object that our edge serves under an address of its own. */
export interface ServedObject {
  readonly place: Place;
  readonly type: string;
  /** The segment that it is; undefined for initialisation sections and keys. */
  readonly part: { readonly rendition: number; readonly sequence: number } | undefined;
}

export interface StreamStatus {
  readonly name: string;
  readonly live: boolean;
  readonly ready: boolean;
  readonly epoch: number;
  readonly renditions: number;
  readonly records: number;
  readonly waiting: number;
  /** What is wrong with the source now, in one sentence. */
  readonly trouble: string | undefined;
}

/** Whoever keeps a stream up to date: follows its source and signs. */
export interface StreamKeeper {
  /** A viewer is here: begin, if nothing runs yet. Resolves when playlists can be served. */
  start(): Promise<void>;
  /** Whether the source is live now, without starting; false when it cannot be told. */
  peek(): Promise<boolean>;
  /** Asks the source again when a new segment is due, waiting a moment at most. */
  freshen(rendition: number): Promise<void>;
  /** A viewer needs this segment. */
  need(rendition: number, sequence: number): void;
  status(): { readonly waiting: number; readonly trouble: string | undefined };
  close(): void;
  /** Records from `since` on, oldest first, where not all of them are in memory. */
  records?(rendition: number, since: number, count: number): Promise<readonly SealedRecord[]>;
  /** A key that playlists name, where the stream is encrypted here. */
  key?(path: string): Buffer | undefined;
  /** Playlists with parts, where the stream is made here and has them. */
  readonly lowLatency?: LowLatency;
}

/** What a stream with parts offers besides; `gone` means that nobody waits for the answer. */
export interface LowLatency {
  /** By the directives in the query, when it is due; or the status to answer with. */
  playlist(
    rendition: number,
    query: URLSearchParams,
    gone: AbortSignal,
  ): Promise<WrittenPlaylist | number>;
  /** Waits for an object that a playlist hints at; returns at once for any other. */
  hinted(path: string, gone: AbortSignal): Promise<void>;
}

/** What changes while a stream runs, apart from its records. */
export interface Stream {
  readonly name: string;
  readonly title: string;
  readonly signing: Signing;
  readonly records: RecordStore;
  live: boolean;
  /** The multivariant playlist; undefined for a stream of one rendition. */
  multivariant: WrittenPlaylist | undefined;
  /** Media playlists by rendition. */
  readonly playlists: Map<number, WrittenPlaylist>;
  /** Segments that playlists name now, or named lately, by `rendition/sequence`. */
  readonly segments: Map<string, Segment>;
  /** Objects by path below `hls/<name>/`. */
  readonly objects: Map<string, ServedObject>;
  /** Numbering starts anew: viewers must not mix what was with what comes. */
  restart(epoch: number): void;
}

export function createStream(
  key: StreamKey,
  name: string,
  title: string,
  epoch: number,
  onEpoch: (stream: Stream) => void,
): Stream {
  const streamId = key.streamId(name);
  let signing: Signing = { key, streamId, epoch };
  const stream: Stream = {
    name,
    title,
    get signing() {
      return signing;
    },
    records: createRecordStore(),
    live: false,
    multivariant: undefined,
    playlists: new Map(),
    segments: new Map(),
    objects: new Map(),
    restart: (next) => {
      signing = { key, streamId, epoch: next };
      stream.records.clear();
      stream.playlists.clear();
      stream.segments.clear();
      stream.objects.clear();
      onEpoch(stream);
    },
  };
  return stream;
}
