/**
 * A bounded big-endian reader: every fault of the bytes is one `wire/violation`, and nothing else.
 */
import { ShoalError } from '../errors/index.js';
import type { Wire } from './field.js';

export class Reader implements Wire {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** `max`: longest input worth looking at, in bytes. */
  constructor(bytes: Uint8Array, max: number) {
    // A Buffer of Node.js slices without copying; a plain view of the same memory does copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.check(bytes.byteLength <= max, 'oversize');
  }

  check(holds: unknown, rule: string): asserts holds {
    if (!holds) throw new ShoalError('wire/violation', rule);
  }

  /** A whole number of `width` bytes, 1 to 8; beyond 2^53 - 1 it is a violation. */
  uint(width: number): number {
    let value = 0;
    for (const byte of this.bytes(width)) value = value * 256 + byte;
    this.check(Number.isSafeInteger(value), 'number');
    return value;
  }

  /** A copy of the next `count` bytes. */
  bytes(count: number): Uint8Array {
    this.check(count <= this.left, 'short');
    this.#at += count;
    return this.#bytes.slice(this.#at - count, this.#at);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Nothing may follow what was read. */
  end(): void {
    this.check(this.left === 0, 'trailing');
  }
}
