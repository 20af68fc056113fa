/** The drive loop: feeds a machine, performs what it says, in order, and keeps its one alarm. */
import type { Machine, Ms } from '@shoal/core/units';
import type { Clock } from '../ports/clock.js';

export interface Loop<Input> {
  /** Safe to call from inside `perform`: the input then waits its turn. */
  feed(input: Input): void;
  /** No step and no alarm after this. */
  stop(): void;
}

export interface LoopParts<Input, Output> {
  readonly clock: Clock;
  readonly machine: Machine<Input, Output, string>;
  readonly wake: Input;
  perform(output: Output): void;
  /** The machine or the world threw, which is a bug. The loop has stopped. */
  broken(cause: unknown): void;
}

export function createLoop<Input, Output>(parts: LoopParts<Input, Output>): Loop<Input> {
  const { clock, machine } = parts;
  const queue: Input[] = [];
  let state: 'idle' | 'running' | 'stopped' = 'idle';
  let last = clock.now();
  let alarm: { readonly at: Ms; readonly undo: () => void } | undefined;

  /** Time as the machine sees it, which never goes back. */
  const now = (): Ms => {
    last = Math.max(last, clock.now());
    return last;
  };
  const stop = (): void => {
    state = 'stopped';
    queue.length = 0;
    alarm?.undo();
  };
  const drain = (): void => {
    for (let input = queue.shift(); input !== undefined; input = queue.shift()) {
      for (const output of machine.step(now(), input)) {
        parts.perform(output);
        if (isStopped()) return;
      }
    }
  };
  const isStopped = (): boolean => state === 'stopped';
  const arm = (): void => {
    const wake = machine.wake();
    if (wake && wake.at === alarm?.at) return;
    alarm?.undo();
    alarm = undefined;
    if (!wake) return;
    const ring = (): void => {
      alarm = undefined;
      feed(parts.wake);
    };
    alarm = { at: wake.at, undo: clock.after(Math.max(0, wake.at - now()), ring) };
  };
  const feed = (input: Input): void => {
    if (state === 'stopped') return;
    queue.push(input);
    if (state === 'running') return;
    state = 'running';
    try {
      drain();
      // Hidden pages have their timers held back: an alarm that is due rings with whatever comes
      // in.
      if (!isStopped() && alarm && alarm.at <= now()) {
        queue.push(parts.wake);
        drain();
      }
      if (isStopped()) return;
      state = 'idle';
      arm();
    } catch (cause) {
      stop();
      parts.broken(cause);
    }
  };
  return { feed, stop };
}
