/**
 * A big-endian writer: a value that the wire cannot carry is a bug of ours, hence an
 * `InvariantError`.
 */
import { invariant } from '../errors/index.js';
import { concat } from './concat.js';
import type { Wire } from './field.js';

export class Writer implements Wire {
  readonly #chunks: Uint8Array[] = [];

  check(holds: unknown, rule: string): asserts holds {
    invariant(holds, `wire: cannot encode: ${rule}`);
  }

  /** A whole number in `width` bytes, 1 to 8. */
  uint(width: number, value: number | undefined): number {
    const fits = Number.isSafeInteger(value) && value! >= 0 && value! < 256 ** width;
    this.check(fits, 'number');
    const chunk = new Uint8Array(width);
    for (let at = width, rest = value!; at > 0; rest = Math.floor(rest / 256)) {
      chunk[--at] = rest % 256;
    }
    this.#chunks.push(chunk);
    return value!;
  }

  /** All of `bytes`, which must be `count` of them, and stay as they are until `finish`. */
  bytes(count: number, bytes: Uint8Array | undefined): Uint8Array {
    this.check(bytes?.length === count, 'length');
    this.#chunks.push(bytes!);
    return bytes!;
  }

  /** A copy of all that was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return concat(this.#chunks);
  }
}
