/** The memory tier: complete answers within a byte budget, the hot ones kept. */
import { S3Fifo } from '@shoal/core/edge';
import type { Stored } from './stored.js';

export class Memory {
  readonly #objects = new Map<string, Stored>();
  readonly #order: S3Fifo;

  constructor(bytesMax: number) {
    this.#order = new S3Fifo(bytesMax);
  }

  get bytes(): number {
    return this.#order.bytes;
  }

  get objects(): number {
    return this.#objects.size;
  }

  has(key: string): boolean {
    return this.#objects.has(key);
  }

  get(key: string): Stored | undefined {
    const object = this.#objects.get(key);
    if (object !== undefined) this.#order.hit(key);
    return object;
  }

  set(key: string, object: Stored): void {
    this.#objects.set(key, object);
    const gone = this.#order.add(key, object.body.length + HEAD_BYTES);
    for (const one of gone) this.#objects.delete(one.key);
  }

  /** All of them as they are now, whatever is done to them meanwhile. */
  entries(): readonly (readonly [string, Stored])[] {
    return [...this.#objects];
  }

  delete(key: string): void {
    this.#order.remove(key);
    this.#objects.delete(key);
  }
}

/** What an object takes besides its bytes: headers, key, entry. */
const HEAD_BYTES = 2048;
