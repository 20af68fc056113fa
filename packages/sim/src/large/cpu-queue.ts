/** A processor that serves one thing after the other: how long each waits until it is done. */
import type { Ms } from '@shoal/core/units';

export class CpuQueue {
  /** Work of each kind so far. */
  readonly busyMs = new Map<string, Ms>();
  #freeAt: Ms = 0;

  /** Work that comes at `now` and takes `costMs`; returns how long until it is done. */
  serve(now: Ms, costMs: Ms, kind: string): Ms {
    this.#freeAt = Math.max(this.#freeAt, now) + costMs;
    this.busyMs.set(kind, (this.busyMs.get(kind) ?? 0) + costMs);
    return this.#freeAt - now;
  }

  /** All work so far, or that of one kind. */
  total(kind?: string): Ms {
    if (kind !== undefined) return this.busyMs.get(kind) ?? 0;
    let total = 0;
    for (const ms of this.busyMs.values()) total += ms;
    return total;
  }
}
