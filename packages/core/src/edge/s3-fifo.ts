/**
 * What to keep of more than fits: S3-FIFO (Yang et al., "FIFO queues are all you need for cache
 * eviction", SOSP 2023). New objects pass through a small queue; those asked for again there, or
 * again soon after, go on to the main queue. What is asked for once never displaces what is hot.
 */
import { Bytes } from '../units/index.js';

export interface S3FifoConfig {
  /** Share of the bytes for what is new: small keeps more of what is hot, large adapts faster. */
  readonly smallShare: number;
  /** Hits in the small queue from which on an object goes to the main queue. */
  readonly hitsToStay: number;
}

export const DEFAULT_S3_FIFO: S3FifoConfig = { smallShare: 0.1, hitsToStay: 2 };

/** Hits counted of one object: further ones tell nothing. */
const HITS_MAX = 3;

/** What had to go. */
export interface Evicted {
  readonly key: string;
  readonly bytes: Bytes;
}

interface Entry {
  readonly key: string;
  bytes: number;
  hits: number;
  queue: Queue;
  newer: Entry | undefined;
  older: Entry | undefined;
}

export class S3Fifo {
  readonly #bytesMax: number;
  readonly #config: S3FifoConfig;
  readonly #kept = new Map<string, Entry>();
  /** Objects that were let go of lately, by name only. */
  readonly #ghosts = new Map<string, Entry>();
  readonly #small = new Queue();
  readonly #main = new Queue();
  readonly #gone = new Queue();

  constructor(bytesMax: Bytes, config: S3FifoConfig = DEFAULT_S3_FIFO) {
    this.#bytesMax = bytesMax;
    this.#config = config;
  }

  get bytes(): Bytes {
    return Bytes(this.#small.bytes + this.#main.bytes);
  }

  get count(): number {
    return this.#kept.size;
  }

  /** What an object counts for; undefined when it is not kept. */
  sizeOf(key: string): Bytes | undefined {
    const entry = this.#kept.get(key);
    return entry === undefined ? undefined : Bytes(entry.bytes);
  }

  /** Counts a hit. */
  hit(key: string): void {
    const entry = this.#kept.get(key);
    if (entry !== undefined && entry.hits < HITS_MAX) entry.hits += 1;
  }

  /**
   * Takes an object in, or takes note of its new size. Returns what has to go for it, which may
   * include itself.
   */
  add(key: string, bytes: Bytes): readonly Evicted[] {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      known.queue.bytes += bytes - known.bytes;
      known.bytes = bytes;
    } else {
      const ghost = this.#ghosts.get(key);
      if (ghost !== undefined) this.#forget(ghost);
      const entry = newEntry(key, bytes, ghost === undefined ? this.#small : this.#main);
      this.#kept.set(key, entry);
      entry.queue.push(entry);
    }
    const gone: Evicted[] = [];
    while (this.bytes > this.#bytesMax) gone.push(this.#evict());
    return gone;
  }

  remove(key: string): void {
    const entry = this.#kept.get(key);
    if (entry === undefined) return;
    entry.queue.take(entry);
    this.#kept.delete(key);
  }

  /** Lets one object go. */
  #evict(): Evicted {
    for (;;) {
      const isNew = this.#isSmallFull() || this.#main.oldest === undefined;
      const queue = isNew ? this.#small : this.#main;
      const entry = queue.oldest as Entry;
      queue.take(entry);
      if (queue === this.#small && entry.hits >= this.#config.hitsToStay) {
        entry.hits = 0;
        this.#main.push(entry);
      } else if (queue === this.#main && entry.hits > 0) {
        entry.hits -= 1;
        this.#main.push(entry);
      } else {
        this.#kept.delete(entry.key);
        if (queue === this.#small) this.#remember(entry);
        return { key: entry.key, bytes: Bytes(entry.bytes) };
      }
    }
  }

  /** A single object may be larger than its share: otherwise it would go as it comes. */
  #isSmallFull(): boolean {
    const { bytes, oldest, newest } = this.#small;
    return bytes > this.#bytesMax * this.#config.smallShare && oldest !== newest;
  }

  /** As many bytes of ghosts as the main queue may hold of objects. */
  #remember(entry: Entry): void {
    this.#ghosts.set(entry.key, entry);
    this.#gone.push(entry);
    while (this.#gone.bytes > this.#bytesMax * (1 - this.#config.smallShare)) {
      this.#forget(this.#gone.oldest as Entry);
    }
  }

  #forget(ghost: Entry): void {
    this.#gone.take(ghost);
    this.#ghosts.delete(ghost.key);
  }
}

function newEntry(key: string, bytes: number, queue: Queue): Entry {
  return { key, bytes, hits: 0, queue, newer: undefined, older: undefined };
}

/** First in, first out, with any one taken out at once. */
class Queue {
  bytes = 0;
  oldest: Entry | undefined;
  newest: Entry | undefined;

  push(entry: Entry): void {
    entry.queue = this;
    entry.older = this.newest;
    entry.newer = undefined;
    if (this.newest !== undefined) this.newest.newer = entry;
    this.newest = entry;
    this.oldest ??= entry;
    this.bytes += entry.bytes;
  }

  take(entry: Entry): void {
    if (entry.newer === undefined) this.newest = entry.older;
    else entry.newer.older = entry.older;
    if (entry.older === undefined) this.oldest = entry.newer;
    else entry.older.newer = entry.newer;
    entry.newer = undefined;
    entry.older = undefined;
    this.bytes -= entry.bytes;
  }
}
