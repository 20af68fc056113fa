/**
 * A big-endian writer that grows: a value that the wire cannot carry is a bug of ours, hence an
 * `InvariantError`.
 */
import { invariant } from '../errors/index.js';

export class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** With the exact size as `capacity`, `finish` copies nothing. */
  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity);
  }

  check(holds: boolean, rule: string): void {
    invariant(holds, `wire: cannot encode: ${rule}`);
  }

  /** The value itself, which must not be undefined. */
  defined<T>(value: T | undefined, rule: string): T {
    this.check(value !== undefined, rule);
    return value as T;
  }

  /** A whole number in `width` bytes, 1 to 8. */
  uint(width: number, value: number): void {
    this.check(Number.isSafeInteger(value) && value >= 0 && value < 256 ** width, 'number');
    const start = this.#grow(width);
    for (let at = start + width, rest = value; at > start; rest = Math.floor(rest / 256)) {
      this.#bytes[--at] = rest % 256;
    }
  }

  bytes(bytes: Uint8Array): void {
    const start = this.#grow(bytes.length);
    this.#bytes.set(bytes, start);
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
