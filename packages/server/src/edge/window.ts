/** The bytes of one object as they come, and the places of those who read them. */
import { ShoalError } from '@shoal/core/errors';

/** What is held of an object that passes through. */
export const WINDOW_BYTES_MAX = 1024 * 1024;

export interface Reader {
  /** The rest of the chunk at its place, up to byte `end` of the object; undefined: none yet. */
  next(end: number): Buffer | undefined;
  /** Goes on to byte `at`. */
  skipTo(at: number): void;
  close(): void;
}

/** A place: `chunk` counts all that ever came, `chunkAt` is where that one begins. */
interface Place {
  chunk: number;
  chunkAt: number;
  at: number;
}

export class Window {
  readonly chunks: Buffer[] = [];
  /** Chunks let go. */
  #gone = 0;
  #heldBytes = 0;
  #sliding = false;
  readonly #places = new Set<Place>();
  #moved: (() => void) | undefined;

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.#heldBytes += chunk.length;
  }

  /** From here on what all readers have passed is let go. */
  slide(): void {
    this.#sliding = true;
    this.#trim();
  }

  /** Whether nothing can be added because readers are slow. */
  get isHeldUp(): boolean {
    return this.#moved !== undefined && this.#places.size > 0;
  }

  /** Makes who waits for room look again. */
  wake(): void {
    this.#moved?.();
  }

  /** Resolves when there is room for a chunk; rejects when the last reader has left. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#heldBytes > WINDOW_BYTES_MAX) {
      await new Promise<void>((resolve) => {
        this.#moved = resolve;
      });
      this.#moved = undefined;
      signal.throwIfAborted();
      if (this.#places.size === 0) throw new ShoalError('edge/unreachable', 'nobody reads it');
    }
  }

  read(): Reader {
    const place: Place = { chunk: 0, chunkAt: 0, at: 0 };
    this.#places.add(place);
    return {
      next: (end) => this.#next(place, end),
      skipTo: (at) => {
        place.at = at;
      },
      close: () => {
        this.#places.delete(place);
        this.#trim();
      },
    };
  }

  #next(place: Place, end: number): Buffer | undefined {
    const chunk = this.#chunkAt(place);
    if (chunk === undefined || place.at >= end) return undefined;
    const from = place.at - place.chunkAt;
    const bytes = chunk.subarray(from, Math.min(chunk.length, end - place.chunkAt));
    place.at += bytes.length;
    this.#chunkAt(place);
    this.#trim();
    return bytes;
  }

  /** The chunk with the byte at a place, which is moved onto it. */
  #chunkAt(place: Place): Buffer | undefined {
    let chunk = this.chunks[place.chunk - this.#gone];
    while (chunk !== undefined && place.chunkAt + chunk.length <= place.at) {
      place.chunkAt += chunk.length;
      place.chunk += 1;
      chunk = this.chunks[place.chunk - this.#gone];
    }
    return chunk;
  }

  #trim(): void {
    if (!this.#sliding) return;
    let least = this.#places.size === 0 ? this.#gone : Number.POSITIVE_INFINITY;
    for (const { chunk } of this.#places) least = Math.min(least, chunk);
    for (; this.#gone < least; this.#gone += 1) {
      this.#heldBytes -= this.chunks.shift()?.length ?? 0;
    }
    this.wake();
  }
}
