/**
 * A processor that serves what comes in turns, as an event loop does: whatever came by the end of a
 * turn is the next one, and one piece of work that can wait goes before each.
 */
import type { Ms } from '@shoal/core/units';

export class CpuQueue {
  /** Work of each kind so far. */
  readonly busyMs = new Map<string, Ms>();
  /** Longest that a piece of work had to wait that can. */
  laterMostMs: Ms = 0;
  readonly #later: { readonly at: Ms; readonly costMs: Ms }[] = [];
  #laterDone = 0;
  /** When what came so far is done, and when the turn begins, or began, that newcomers join. */
  #freeAt: Ms = 0;
  #turnAt: Ms = 0;

  /** Work that comes at `now` and takes `costMs`; returns how long until it is done. */
  serve(now: Ms, costMs: Ms, kind: string): Ms {
    this.#account(costMs, kind);
    this.#catchUp(now);
    if (this.#freeAt < now) this.#freeAt = now;
    if (now > this.#turnAt) {
      if (this.#freeAt > now) this.#serveLater();
      this.#turnAt = this.#freeAt;
    }
    this.#freeAt += costMs;
    return this.#freeAt - now;
  }

  /** Work that waits for a turn of its own. */
  serveLater(now: Ms, costMs: Ms, kind: string): void {
    this.#account(costMs, kind);
    this.#catchUp(now);
    this.#later.push({ at: now, costMs });
  }

  /** All work so far, or that of one kind. */
  total(kind?: string): Ms {
    if (kind !== undefined) return this.busyMs.get(kind) ?? 0;
    let total = 0;
    for (const ms of this.busyMs.values()) total += ms;
    return total;
  }

  #account(costMs: Ms, kind: string): void {
    this.busyMs.set(kind, (this.busyMs.get(kind) ?? 0) + costMs);
  }

  /** What can wait is done one by one while nothing else is there. */
  #catchUp(now: Ms): void {
    while (this.#freeAt < now && this.#serveLater()) this.#turnAt = this.#freeAt;
  }

  #serveLater(): boolean {
    const first = this.#later[this.#laterDone];
    if (first === undefined) return false;
    this.#laterDone += 1;
    if (this.#laterDone === this.#later.length) {
      this.#later.length = 0;
      this.#laterDone = 0;
    }
    this.#freeAt = Math.max(this.#freeAt, first.at);
    this.laterMostMs = Math.max(this.laterMostMs, this.#freeAt - first.at);
    this.#freeAt += first.costMs;
    return true;
  }
}
