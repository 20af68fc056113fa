/** The fetches of a machine: each behind the gate, buffered until released, ended when silent. */
import type { FetchId } from '@shoal/core/peer';
import type { Bytes, Ms } from '@shoal/core/units';
import type { Clock } from '../ports/clock.js';
import type { EdgeFetch, EdgeRequest } from '../ports/edge-fetch.js';
import { createFetchBuffer, type FetchBuffer } from './fetch-buffer.js';
import type { FetchGate } from './fetch-gate.js';

export interface FetchEvents {
  /** `chunk` bytes came, `total` in all. */
  bytes(chunk: Bytes, total: Bytes): void;
  /** Not called after `cancel`. */
  ended(done: boolean, total: Bytes, status: number): void;
}

export interface FetchTable {
  start(fetch: FetchId, request: EdgeRequest, urgent: boolean, events: FetchEvents): void;
  /** Stops the transfer; what came stays until released. */
  cancel(fetch: FetchId): void;
  release(fetch: FetchId): void;
  slice(fetch: FetchId, offset: Bytes, length: Bytes): Uint8Array<ArrayBuffer> | undefined;
  /** Undefined before the first byte. */
  pace(fetch: FetchId): FetchPace | undefined;
  /** All that came. */
  whole(fetch: FetchId): Uint8Array<ArrayBuffer> | undefined;
  clear(): void;
}

interface Entry {
  readonly buffer: FetchBuffer;
  pace(): FetchPace | undefined;
  stop(): void;
}

export interface FetchTableParts {
  readonly edge: EdgeFetch;
  readonly clock: Clock;
  readonly gate: FetchGate;
  /** A transfer without a byte for so long is over. */
  readonly edgeSilenceMs: Ms;
  readonly fetchBytesMax: Bytes;
}

/** When the bytes of a fetch moved, and how many came after its first chunk. */
export interface FetchPace {
  readonly firstByteAt: Ms;
  readonly lastByteAt: Ms;
  readonly bytesAfterFirst: Bytes;
}

export function createFetchTable(parts: FetchTableParts): FetchTable {
  const { edge, clock, gate } = parts;
  const entries = new Map<FetchId, Entry>();

  const start: FetchTable['start'] = (fetch, request, urgent, events) => {
    const expected = request.to === undefined ? undefined : request.to - request.from;
    const buffer = createFetchBuffer(expected);
    let abort = (): void => {};
    let quiet = (): void => {};
    let over = false;
    let pace: FetchPace | undefined;
    const settle = (): boolean => {
      if (over) return false;
      over = true;
      quiet();
      leave();
      return true;
    };
    const stop = (): void => {
      if (settle()) abort();
    };
    /**
     * An answer that has ended is not aborted: that would close a connection which can be used
     * again.
     */
    const end = (done: boolean, status: number): void => {
      if (settle()) events.ended(done, buffer.length(), status);
    };
    const giveUp = (): void => {
      stop();
      events.ended(false, buffer.length(), 0);
    };
    const listen = (): void => {
      quiet();
      quiet = clock.after(parts.edgeSilenceMs, giveUp);
    };
    const begin = (): void => {
      listen();
      abort = edge.get(request, {
        onBytes: (chunk) => {
          if (over) return;
          if (buffer.length() + chunk.length > parts.fetchBytesMax) return giveUp();
          listen();
          pace = paced(pace, clock.now(), chunk.length);
          buffer.add(chunk);
          events.bytes(chunk.length, buffer.length());
        },
        onEnd: (answer) => end(answer.done, answer.status),
      });
    };
    let leave = (): void => {};
    entries.set(fetch, { buffer, stop, pace: () => pace });
    leave = gate.enter(urgent, begin);
    if (over) leave();
  };

  const remove = (fetch: FetchId): void => {
    entries.get(fetch)?.stop();
    entries.delete(fetch);
  };
  return {
    start,
    cancel: (fetch) => entries.get(fetch)?.stop(),
    release: remove,
    slice: (fetch, offset, length) => entries.get(fetch)?.buffer.slice(offset, length),
    pace: (fetch) => entries.get(fetch)?.pace(),
    whole(fetch) {
      const buffer = entries.get(fetch)?.buffer;
      return buffer?.slice(0, buffer.length());
    },
    clear: () => {
      for (const fetch of [...entries.keys()]) remove(fetch);
    },
  };
}

function paced(pace: FetchPace | undefined, now: Ms, bytes: Bytes): FetchPace {
  if (pace === undefined) return { firstByteAt: now, lastByteAt: now, bytesAfterFirst: 0 };
  return { ...pace, lastByteAt: now, bytesAfterFirst: pace.bytesAfterFirst + bytes };
}
