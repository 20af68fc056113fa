/** What an operator wants forgotten, and which answers under way that still concerns. */

export interface Purge {
  /**
   * `url`: one target; without a query, that path with any. `prefix`: targets that begin so. `tag`:
   * answers that their origin gave this tag.
   */
  readonly by: 'url' | 'prefix' | 'tag';
  readonly value: string;
  /** Only stale from now on: asked for anew, and standing in when the origin fails. */
  readonly soft: boolean;
}

/** Tags of one answer that are looked at. */
export const PURGE_TAGS_MAX = 64;

/** Longest header of tags that is read. */
export const PURGE_TAGS_CHARS_MAX = 4096;

/** Different purges that answers are held against; one asked for before them is not kept. */
export const PURGES_REMEMBERED_MAX = 1000;

/** The tags of an answer with these headers: `Cache-Tag` has commas, `Surrogate-Key` spaces. */
export function tagsOf(headers: Readonly<Record<string, string | undefined>>): ReadonlySet<string> {
  const list = (text: string | undefined, separator: RegExp): readonly string[] =>
    (text ?? '').slice(0, PURGE_TAGS_CHARS_MAX).split(separator, PURGE_TAGS_MAX);
  const tags = [...list(headers['cache-tag'], /\s*,\s*/), ...list(headers['surrogate-key'], /\s+/)];
  return new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''));
}

/** `tags`: undefined while they are not known; then any tag may be among them. */
export function isPurged(
  { by, value }: Purge,
  target: string,
  tags: ReadonlySet<string> | undefined,
): boolean {
  switch (by) {
    case 'url':
      return target === value || (!value.includes('?') && target.startsWith(`${value}?`));
    case 'prefix':
      return target.startsWith(value);
    case 'tag':
      return tags?.has(value) ?? true;
  }
}

/** A purge and its place among all. */
interface Placed extends Purge {
  readonly at: number;
}

/** All that a journal knows, to go on with in another process. */
export interface PurgeRecord {
  /** How many purges there have been. */
  readonly count: number;
  /** Place of the last one that was forgotten; 0: none was. */
  readonly forgotten: number;
  /** In the order of their places. */
  readonly purges: readonly Placed[];
}

/** Remembers purges, so that what was asked for before one is not kept after it. */
export class PurgeJournal {
  #count: number;
  #forgotten: number;
  /** By what they say; the latest of the same says it all. */
  readonly #purges = new Map<string, Placed>();

  /** Goes on with `record`, if there is one. */
  constructor(record: PurgeRecord = { count: 0, forgotten: 0, purges: [] }) {
    this.#count = record.count;
    this.#forgotten = record.forgotten;
    for (const purge of record.purges) this.#purges.set(nameOf(purge), purge);
  }

  get record(): PurgeRecord {
    const purges = [...this.#purges.values()];
    return { count: this.#count, forgotten: this.#forgotten, purges };
  }

  /** The place of now: give it back with an answer that is asked for from here on. */
  mark(): number {
    return this.#count;
  }

  add({ by, value, soft }: Purge): void {
    this.#count += 1;
    const purge = { by, value, soft, at: this.#count };
    const name = nameOf(purge);
    this.#purges.delete(name);
    this.#purges.set(name, purge);
    if (this.#purges.size <= PURGES_REMEMBERED_MAX) return;
    const [oldest] = this.#purges.values();
    if (oldest === undefined) return;
    this.#forgotten = oldest.at;
    this.#purges.delete(nameOf(oldest));
  }

  /** What the purges since `mark` make of an answer. */
  verdict(mark: number, target: string, tags: ReadonlySet<string>): 'kept' | 'stale' | 'gone' {
    if (mark === this.#count) return 'kept';
    // Of those that are forgotten any may have meant it; a mark of the future is not of ours.
    if (mark < this.#forgotten || mark > this.#count) return 'gone';
    let verdict: 'kept' | 'stale' = 'kept';
    for (const purge of this.#purges.values()) {
      if (purge.at <= mark || !isPurged(purge, target, tags)) continue;
      if (!purge.soft) return 'gone';
      verdict = 'stale';
    }
    return verdict;
  }
}

function nameOf({ by, value, soft }: Purge): string {
  return `${by} ${soft} ${value}`;
}
