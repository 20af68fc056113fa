/** Where answers are kept: in memory, and behind it on disk, if there is one. */
import type { LifetimeConfig } from '@shoal/core/edge';
import type { ByteBudget } from './budget.js';
import type { DiskTier } from './disk.js';
import { Memory } from './memory.js';
import { ageOf, recalled, type Stored } from './stored.js';

export interface TiersParts {
  /** Bytes of memory. */
  readonly bytesMax: number;
  readonly disk?: DiskTier | undefined;
  /** What objects on their way into memory may take together. */
  readonly budget: ByteBudget;
  readonly life: LifetimeConfig;
  readonly now: () => number;
  readonly wall: () => number;
}

export class Tiers {
  readonly #parts: TiersParts;
  readonly #memory: Memory;
  /** Objects that are being read from disk. */
  readonly #recalls = new Map<string, Promise<void>>();

  constructor(parts: TiersParts) {
    this.#parts = parts;
    this.#memory = new Memory(parts.bytesMax);
  }

  get bytes(): number {
    return this.#memory.bytes;
  }

  get objects(): number {
    return this.#memory.objects;
  }

  /** What is in memory. */
  get(key: string): Stored | undefined {
    return this.#memory.get(key);
  }

  /** Whether only the disk has it. */
  isAway(key: string): boolean {
    return !this.#memory.has(key) && this.#parts.disk?.sizeOf(key) !== undefined;
  }

  /** Takes an object from disk into memory, once for all who ask; without room it stays there. */
  recall(key: string): Promise<void> {
    const under = this.#recalls.get(key);
    if (under !== undefined) return under;
    const reads = this.#read(key).finally(() => this.#recalls.delete(key));
    this.#recalls.set(key, reads);
    return reads;
  }

  /** Keeps an object in memory, and on disk if it is worth that and no variant. */
  keep(key: string, object: Stored): void {
    this.#memory.set(key, object);
    if (key !== object.target) return;
    const { now, wall, disk } = this.#parts;
    const bornWallMs = wall() - ageOf(object, now());
    const { head, body, life } = object;
    disk?.write({ key, head, body, bornWallMs }, life.freshMs);
  }

  remove(key: string): void {
    this.#memory.delete(key);
    this.#parts.disk?.remove(key);
  }

  async #read(key: string): Promise<void> {
    const { disk, budget, now, wall, life } = this.#parts;
    const size = disk?.sizeOf(key) ?? 0;
    if (!budget.take(size)) return;
    const file = await disk?.read(key);
    budget.give(size);
    // It may have been removed, or fetched, while it was read.
    if (file !== undefined && this.isAway(key)) {
      this.#memory.set(key, recalled(file, now(), wall(), life));
    }
  }
}
