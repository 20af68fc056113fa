/** Where answers are kept: in memory, and behind it on disk, if there is one. */
import { isPurged, type LifetimeConfig, type Purge, tagsOf } from '@shoal/core/edge';
import type { ByteBudget } from './budget.js';
import type { DiskTier } from './disk.js';
import { Memory } from './memory.js';
import { newPurgeBook, type PurgeBook } from './purge-book.js';
import { ageOf, recalled, type Stored, stale } from './stored.js';

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
  readonly #purges: PurgeBook;
  /** Objects that are being read from disk. */
  readonly #recalls = new Map<string, Promise<void>>();

  constructor(parts: TiersParts) {
    this.#parts = parts;
    this.#memory = new Memory(parts.bytesMax);
    this.#purges = parts.disk?.purges ?? newPurgeBook();
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

  /** The place of now among the purges: give it back with what is asked for from here on. */
  mark(): number {
    return this.#purges.journal.mark();
  }

  /**
   * Keeps an object that was asked for at `mark`, as far as the purges since allow: in memory, and
   * on disk if it is worth that and no variant. `before`: the object that it is a renewal of.
   */
  keep(key: string, object: Stored, mark: number, before?: Stored): void {
    const verdicts = [object, before ?? object].map((one) => this.#verdict(one, mark));
    if (verdicts.includes('gone')) return;
    const { now, wall, disk } = this.#parts;
    if (verdicts.includes('stale')) {
      // What is on disk of it was asked for before the purge too.
      this.#memory.set(key, stale(object, now()));
      return;
    }
    this.#memory.set(key, object);
    if (key !== object.target) return;
    const bornWallMs = wall() - ageOf(object, now());
    const { head, body, life } = object;
    const asked = { book: this.#purges.id, mark };
    disk?.write({ key, head, body, bornWallMs, asked }, life.freshMs);
  }

  remove(key: string): void {
    this.#memory.delete(key);
    this.#parts.disk?.remove(key);
  }

  /**
   * Forgets objects, or takes them for stale; answers how many of those in memory. What is on disk
   * alone, or on its way, is held to it when it comes. Throws when the disk cannot take note of it.
   */
  purge(purges: readonly Purge[]): number {
    for (const purge of purges) this.#purges.journal.add(purge);
    let count = 0;
    for (const [key, object] of this.#memory.entries()) {
      const tags = tagsOf(object.head.headers);
      const of = purges.filter((purge) => isPurged(purge, object.target, tags));
      if (of.length === 0) continue;
      count += 1;
      if (of.some(({ soft }) => !soft)) this.#memory.delete(key);
      else this.#memory.set(key, stale(object, this.#parts.now()));
    }
    this.#purges.save();
    return count;
  }

  async #read(key: string): Promise<void> {
    const { disk, budget, now, wall, life } = this.#parts;
    const size = disk?.sizeOf(key) ?? 0;
    if (!budget.take(size)) return;
    const file = await disk?.read(key);
    budget.give(size);
    // It may have been removed, or fetched, while it was read.
    if (file === undefined || !this.isAway(key)) return;
    const object = recalled(file, now(), wall(), life);
    const known = file.asked?.book === this.#purges.id;
    const verdict = known ? this.#verdict(object, file.asked.mark) : 'gone';
    if (verdict === 'gone') disk?.remove(key);
    else this.#memory.set(key, verdict === 'stale' ? stale(object, now()) : object);
  }

  #verdict({ target, head }: Stored, mark: number): 'kept' | 'stale' | 'gone' {
    return this.#purges.journal.verdict(mark, target, tagsOf(head.headers));
  }
}
