/** One fetch: it waits at the gate, is buffered as it comes, and ends when it falls silent. */
import type { Bytes, Ms } from '@shoal/core/units';
import type { Clock } from '../ports/clock.js';
import type { EdgeFetch, EdgeRequest } from '../ports/edge-fetch.js';
import { createFetchBuffer, type FetchBuffer } from './fetch-buffer.js';
import type { FetchGate } from './fetch-gate.js';

export interface TransferParts {
  readonly edge: EdgeFetch;
  readonly clock: Clock;
  readonly gate: FetchGate;
  /** A transfer without a byte for so long is over. */
  readonly edgeSilenceMs: Ms;
  readonly fetchBytesMax: Bytes;
}

export interface TransferEvents {
  /** `chunk` bytes came, `total` in all. */
  bytes(chunk: Bytes, total: Bytes): void;
  /** Not called after `stop`. */
  ended(done: boolean, total: Bytes, status: number): void;
}

/** When the bytes of a fetch moved, and how many came after its first chunk. */
export interface FetchPace {
  readonly firstByteAt: Ms;
  readonly lastByteAt: Ms;
  readonly bytesAfterFirst: Bytes;
}

export class Transfer {
  readonly buffer: FetchBuffer;
  /** Undefined before the first byte. */
  pace: FetchPace | undefined;
  readonly #parts: TransferParts;
  readonly #events: TransferEvents;
  readonly #leave: () => void;
  #abort = (): void => {};
  #calm = (): void => {};
  #over = false;

  constructor(parts: TransferParts, request: EdgeRequest, urgent: boolean, events: TransferEvents) {
    this.#parts = parts;
    this.#events = events;
    const { from, to } = request;
    this.buffer = createFetchBuffer(to === undefined ? undefined : to - from);
    this.#leave = parts.gate.enter(urgent, () => this.#begin(request));
  }

  /** Ends it without a word; what came stays in the buffer. */
  stop(): void {
    if (this.#settle()) this.#abort();
  }

  #begin(request: EdgeRequest): void {
    this.#listen();
    this.#abort = this.#parts.edge.get(request, {
      onBytes: (chunk) => this.#take(chunk),
      onEnd: ({ done, status }) => this.#end(done, status),
    });
  }

  #take(chunk: Uint8Array): void {
    const { buffer } = this;
    const { fetchBytesMax, clock } = this.#parts;
    if (this.#over) return;
    if (buffer.length() + chunk.length > fetchBytesMax) {
      this.#giveUp();
      return;
    }
    this.#listen();
    const lastByteAt = clock.now();
    this.pace = this.pace
      ? { ...this.pace, lastByteAt, bytesAfterFirst: this.pace.bytesAfterFirst + chunk.length }
      : { firstByteAt: lastByteAt, lastByteAt, bytesAfterFirst: 0 };
    buffer.add(chunk);
    this.#events.bytes(chunk.length, buffer.length());
  }

  /** Not aborted, for that would close a connection which can be used again. */
  #end(done: boolean, status: number): void {
    if (this.#settle()) this.#events.ended(done, this.buffer.length(), status);
  }

  #giveUp(): void {
    this.stop();
    this.#events.ended(false, this.buffer.length(), 0);
  }

  #listen(): void {
    this.#calm();
    this.#calm = this.#parts.clock.after(this.#parts.edgeSilenceMs, () => this.#giveUp());
  }

  /** Whether it was not over yet. */
  #settle(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#calm();
    this.#leave();
    return true;
  }
}
