/** Where a player is: what it has buffered, whether it plays, and when it ran dry. */
import type { Ms } from '@shoal/core/units';
import type { Agenda } from '../agenda.js';

export type Phase = 'starting' | 'playing' | 'stalled' | 'over';

export class Playhead {
  phase: Phase = 'starting';
  playedAt: Ms | undefined;
  stallMs: Ms = 0;
  readonly stallsAt: Ms[] = [];
  readonly #agenda: Agenda;
  readonly #ranDry: () => void;
  /** As of `#clockAt`; it runs down while playing. */
  #bufferMs: Ms = 0;
  #clockAt: Ms;
  #undo = (): void => {};

  /** `ranDry` says what then: the player stalls or is at its end. */
  constructor(agenda: Agenda, ranDry: () => void) {
    this.#agenda = agenda;
    this.#clockAt = agenda.now();
    this.#ranDry = ranDry;
  }

  bufferMs(): Ms {
    const now = this.#agenda.now();
    const passed = now - this.#clockAt;
    if (this.phase === 'playing') this.#bufferMs = Math.max(0, this.#bufferMs - passed);
    if (this.phase === 'stalled') this.stallMs += passed;
    this.#clockAt = now;
    return this.#bufferMs;
  }

  /** More media: starts or goes on playing. */
  append(ms: Ms): void {
    this.#bufferMs = this.bufferMs() + ms;
    if (this.phase === 'over') return;
    this.playedAt ??= this.#agenda.now();
    this.phase = 'playing';
    this.#undo();
    this.#undo = this.#agenda.after(this.#bufferMs, this.#ranDry);
  }

  /** playing -> stalled */
  stall(): void {
    this.bufferMs();
    this.phase = 'stalled';
    this.stallsAt.push(this.#agenda.now());
  }

  /** Nothing is counted after this. */
  end(): void {
    this.bufferMs();
    this.phase = 'over';
    this.#undo();
  }
}
