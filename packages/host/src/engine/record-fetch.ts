/** Records over HTTP: the fallback when nobody brings them, and all there is before consent. */
import type { Bytes, Ms, Rendition } from '@shoal/core/units';
import { concat, decodeRecordList, type SealedRecord } from '@shoal/core/wire';
import type { Clock } from '../ports/clock.js';
import type { EdgeFetch } from '../ports/edge-fetch.js';
import { decoded } from './decoding.js';

export interface RecordFetch {
  /** One request a rendition at a time: a second one while the first runs is answered with it. */
  get(rendition: Rendition, since: number, count: number): void;
  clear(): void;
}

export interface RecordFetchParts {
  readonly edge: EdgeFetch;
  readonly clock: Clock;
  /** Undefined: this stream publishes none over HTTP. */
  readonly url: string | undefined;
  found(sealed: SealedRecord): void;
  ended(rendition: Rendition, ok: boolean): void;
}

/** An answer that takes longer is none. */
export const RECORDS_TIMEOUT: Ms = 4000;
/** A body of 64 records of ordinary parts is about 30 kB. */
export const RECORDS_BYTES_MAX: Bytes = 9_000_000;

export function createRecordFetch(parts: RecordFetchParts): RecordFetch {
  const running = new Map<Rendition, () => void>();
  const get = (rendition: Rendition, since: number, count: number): void => {
    if (running.has(rendition)) return;
    if (parts.url === undefined) {
      parts.ended(rendition, false);
      return;
    }
    const chunks: Uint8Array[] = [];
    let total = 0;
    const finish = (done: boolean): void => {
      running.get(rendition)?.();
      running.delete(rendition);
      const list = done ? decoded(() => decodeRecordList(concat(chunks))) : undefined;
      for (const sealed of list ?? []) parts.found(sealed);
      parts.ended(rendition, list !== undefined);
    };
    const mark = parts.url.includes('?') ? '&' : '?';
    const from = Math.max(0, since);
    const url = `${parts.url}${mark}rendition=${rendition}&since=${from}&count=${count}`;
    const abort = parts.edge.get(
      { url, from: 0, to: undefined, fresh: false },
      {
        onBytes(chunk) {
          total += chunk.length;
          if (total > RECORDS_BYTES_MAX) finish(false);
          else chunks.push(chunk);
        },
        onEnd: ({ done }) => finish(done),
      },
    );
    const undo = parts.clock.after(RECORDS_TIMEOUT, () => finish(false));
    running.set(rendition, () => {
      undo();
      abort();
    });
  };
  const clear = (): void => {
    for (const stop of running.values()) stop();
    running.clear();
  };
  return { get, clear };
}
