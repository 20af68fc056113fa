/** Drives one machine in virtual time: inputs in turn, outputs performed in order, one alarm. */
import type { PeerInput, PeerMachine, PeerOutput } from '@shoal/core/peer';
import type { Ms } from '@shoal/core/units';
import type { Agenda } from '../agenda.js';

export type TraceLine =
  | { readonly kind: 'in'; readonly at: Ms; readonly input: PeerInput; readonly why?: string }
  | { readonly kind: 'out'; readonly at: Ms; readonly output: PeerOutput };

export class Drive {
  /** Steps taken. */
  steps = 0;
  readonly #agenda: Agenda;
  readonly #machine: PeerMachine;
  readonly #perform: (output: PeerOutput) => void;
  readonly #trace: ((line: TraceLine) => void) | undefined;
  readonly #queue: PeerInput[] = [];
  #state: 'idle' | 'running' | 'stopped' = 'idle';
  #alarm: { readonly at: Ms; readonly undo: () => void } | undefined;

  constructor(
    agenda: Agenda,
    machine: PeerMachine,
    perform: (output: PeerOutput) => void,
    trace: ((line: TraceLine) => void) | undefined,
  ) {
    this.#agenda = agenda;
    this.#machine = machine;
    this.#perform = perform;
    this.#trace = trace;
  }

  /** From inside `perform`, the input waits its turn. */
  feed(input: PeerInput): void {
    this.#queue.push(input);
    if (this.#state !== 'idle') return;
    this.#state = 'running';
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#step(next);
    }
    if (this.#isStopped()) return;
    this.#state = 'idle';
    this.#arm();
  }

  /** No step after this. */
  stop(): void {
    this.#state = 'stopped';
    this.#alarm?.undo();
  }

  #isStopped(): boolean {
    return this.#state === 'stopped';
  }

  #step(input: PeerInput): void {
    if (this.#isStopped()) return;
    const at = this.#agenda.now();
    const why = input.type === 'wake' ? this.#machine.wake()?.why : undefined;
    this.steps += 1;
    this.#trace?.({ kind: 'in', at, input, ...(why === undefined ? {} : { why }) });
    for (const output of this.#machine.step(at, input)) {
      this.#trace?.({ kind: 'out', at, output });
      this.#perform(output);
    }
  }

  /** An alarm that is too early stays: most wake-ups are put off before they come. */
  #arm(): void {
    const wake = this.#machine.wake();
    if (wake === undefined || (this.#alarm !== undefined && this.#alarm.at <= wake.at)) return;
    this.#alarm?.undo();
    const undo = this.#agenda.at(wake.at, () => this.#ring());
    this.#alarm = { at: wake.at, undo };
  }

  #ring(): void {
    this.#alarm = undefined;
    const wake = this.#machine.wake();
    if (wake !== undefined && wake.at <= this.#agenda.now()) this.feed({ type: 'wake' });
    else this.#arm();
  }
}
