/** Timers of many who report at intervals: slots of time, so that a report costs no search. */
import type { Ms } from '@shoal/core/units';
import type { Agenda } from '../agenda.js';

export class StatsRing<Peer> {
  readonly #agenda: Agenda;
  readonly #report: (peer: Peer) => Ms | undefined;
  readonly #slots = new Map<number, Peer[]>();

  /** `report` gives how long until the next one; undefined when there is none. */
  constructor(agenda: Agenda, report: (peer: Peer) => Ms | undefined) {
    this.#agenda = agenda;
    this.#report = report;
  }

  add(peer: Peer, afterMs: Ms): void {
    const slot = Math.floor((this.#agenda.now() + afterMs) / SLOT_MS) + 1;
    const peers = this.#slots.get(slot);
    if (peers !== undefined) {
      peers.push(peer);
      return;
    }
    this.#slots.set(slot, [peer]);
    this.#agenda.at(slot * SLOT_MS, () => this.#run(slot));
  }

  #run(slot: number): void {
    const peers = this.#slots.get(slot) ?? [];
    this.#slots.delete(slot);
    peers.forEach((peer, i) => {
      // Within the slot they come one after the other, as they would.
      this.#agenda.after((SLOT_MS * i) / peers.length, () => {
        const nextMs = this.#report(peer);
        if (nextMs !== undefined) this.add(peer, nextMs);
      });
    });
  }
}

const SLOT_MS = 100;
