/** The streams of this server by name. */
import type { Source } from '../source/source.js';
import type { Stream, StreamKeeper, StreamStatus } from './stream.js';

/** A stream with whoever feeds it and keeps it. */
export interface Entry {
  readonly stream: Stream;
  readonly source: Source;
  readonly keeper: StreamKeeper;
}

export interface Catalog {
  add(entry: Entry): void;
  get(name: string): Entry | undefined;
  all(): readonly Entry[];
  status(): readonly StreamStatus[];
  close(): void;
}

export function createCatalog(): Catalog {
  const entries = new Map<string, Entry>();
  return {
    add: (entry) => void entries.set(entry.stream.name, entry),
    get: (name) => entries.get(name),
    all: () => [...entries.values()],
    status: () => [...entries.values()].map(statusOf),
    close: () => {
      for (const { keeper } of entries.values()) keeper.close();
    },
  };
}

function statusOf({ stream, keeper }: Entry): StreamStatus {
  return {
    name: stream.name,
    live: stream.live,
    ready: isReady(stream),
    epoch: stream.signing.epoch,
    renditions: stream.playlists.size,
    records: stream.records.count,
    ...keeper.status(),
  };
}

/** Whether a player could begin. */
export function isReady(stream: Stream): boolean {
  return stream.playlists.size > 0;
}
