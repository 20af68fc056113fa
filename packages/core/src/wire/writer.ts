/**
 * A big-endian writer that grows: a value that the wire cannot carry is a bug of ours, hence an
 * `InvariantError`.
 */
import { invariant } from '../errors/index.js';
import type { Wire } from './field.js';

export class Writer implements Wire {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** With the exact size as `capacity`, `finish` copies nothing. */
  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity);
  }

  check(holds: unknown, rule: string): asserts holds {
    invariant(holds, `wire: cannot encode: ${rule}`);
  }

  /** A whole number in `width` bytes, 1 to 8. */
  uint(width: number, value: number | undefined): number {
    const fits = Number.isSafeInteger(value) && value! >= 0 && value! < 256 ** width;
    this.check(fits, 'number');
    const start = this.#grow(width);
    for (let at = start + width, rest = value!; at > start; rest = Math.floor(rest / 256)) {
      this.#bytes[--at] = rest % 256;
    }
    return value!;
  }

  /** All of `bytes`, which must be `count` of them. */
  bytes(count: number, bytes: Uint8Array | undefined): Uint8Array {
    this.check(bytes?.length === count, 'length');
    const start = this.#grow(count);
    this.#bytes.set(bytes!, start);
    return bytes!;
  }

  finish(): Uint8Array<ArrayBuffer> {
    const whole = this.#length === this.#bytes.length;
    return whole ? this.#bytes : this.#bytes.slice(0, this.#length);
  }

  /** Makes room for `count` bytes more; returns where they begin. */
  #grow(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return start;
  }
}
