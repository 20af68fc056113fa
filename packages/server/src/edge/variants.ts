/** The keys under which the answers of each target are kept: one, or one a variant. */
import { variantKey } from '@shoal/core/edge';
import { LRUCache } from 'lru-cache';

type Headers = Readonly<Record<string, string>>;

interface Varying {
  readonly names: readonly string[];
  /** Part of the keys: with a new one nothing stored before is found again. */
  readonly edition: number;
}

export class Variants {
  readonly #varying = new LRUCache<string, Varying>({ max: VARYING_MAX });
  #editions = 0;

  /** Whether answers of this target are known to differ. */
  has(target: string): boolean {
    return this.#varying.size > 0 && this.#varying.has(target);
  }

  keyOf(target: string, headers: Headers | undefined): string {
    if (this.#varying.size === 0) return target;
    const varying = this.#varying.get(target);
    if (varying === undefined) return target;
    return `${variantKey(target, varying.names, headers ?? {})} #${varying.edition}`;
  }

  /** An answer of this target depends on these headers. */
  learn(target: string, names: readonly string[]): void {
    const known = this.#varying.get(target)?.names ?? [];
    if (names.join() === known.join()) return;
    if (names.length === 0) this.#varying.delete(target);
    else this.#renew(target, names);
  }

  /** Nothing stored of this target is found again, but for what has the target itself as key. */
  forget(target: string): void {
    const varying = this.#varying.get(target);
    if (varying !== undefined) this.#renew(target, varying.names);
  }

  #renew(target: string, names: readonly string[]): void {
    this.#editions += 1;
    this.#varying.set(target, { names, edition: this.#editions });
  }
}

/** Targets whose answers differ; of one forgotten, the next answer tells again. */
const VARYING_MAX = 10_000;
