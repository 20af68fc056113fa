/** The drive loop. */
import type { Machine, Ms } from '@shoal/core/units';
import { describe, expect, it } from 'vitest';
import { createMemoryClock } from '../memory/index.js';
import { createLoop } from './loop.js';

type Input = { type: string };
type Output = { say: string; next?: Input };

/** A machine that answers each input with what `answers` says, and asks to be woken at `wakeAt`. */
function scripted(answers: Record<string, Output[]>) {
  const steps: { now: Ms; input: string }[] = [];
  const machine: Machine<Input, Output, string> & { wakeAt: Ms | undefined } = {
    wakeAt: undefined,
    step(now, input) {
      steps.push({ now, input: input.type });
      if (input.type === 'wake') machine.wakeAt = undefined;
      return answers[input.type] ?? [];
    },
    wake: () => (machine.wakeAt === undefined ? undefined : { at: machine.wakeAt, why: 'test' }),
  };
  return { machine, steps };
}

function running(answers: Record<string, Output[]>) {
  const clock = createMemoryClock(1000);
  const { machine, steps } = scripted(answers);
  const said: string[] = [];
  const broken: unknown[] = [];
  const loop = createLoop<Input, Output>({
    clock,
    machine,
    wake: { type: 'wake' },
    perform(output) {
      if (output.say === 'throw') throw new Error('a bug');
      if (output.say === 'stop') {
        loop.stop();
        return;
      }
      said.push(output.say);
      if (output.next !== undefined) loop.feed(output.next);
    },
    broken: (cause) => broken.push(cause),
  });
  return { clock, machine, steps, said, broken, loop };
}

describe('the loop', () => {
  it('performs all outputs of an input before the next input, even one from a performance', () => {
    const { loop, said } = running({
      a: [{ say: 'a1', next: { type: 'b' } }, { say: 'a2' }],
      b: [{ say: 'b1' }],
    });
    loop.feed({ type: 'a' });
    expect(said).toEqual(['a1', 'a2', 'b1']);
  });

  it('wakes the machine once, when it asked', async () => {
    const { loop, machine, steps, clock } = running({});
    machine.wakeAt = 1500;
    loop.feed({ type: 'a' });
    await clock.advance(499);
    expect(steps).toHaveLength(1);
    await clock.advance(1000);
    expect(steps).toEqual([
      { now: 1000, input: 'a' },
      { now: 1500, input: 'wake' },
    ]);
  });

  it('moves its alarm when the machine changes its mind', async () => {
    const { loop, machine, steps, clock } = running({});
    machine.wakeAt = 1500;
    loop.feed({ type: 'a' });
    machine.wakeAt = 1200;
    loop.feed({ type: 'b' });
    machine.wakeAt = undefined;
    loop.feed({ type: 'c' });
    await clock.advance(1000);
    expect(steps.map(({ input }) => input)).toEqual(['a', 'b', 'c']);
  });

  it('rings an overdue alarm with the next input, where timers are held back', () => {
    const timers = { now: 0, after: () => () => {} };
    const { machine, steps } = scripted({});
    const clock = { now: () => timers.now as Ms, after: timers.after };
    const loop = createLoop<Input, Output>({
      clock,
      machine,
      wake: { type: 'wake' },
      perform() {},
      broken() {},
    });
    machine.wakeAt = 10;
    loop.feed({ type: 'a' });
    timers.now = 50;
    loop.feed({ type: 'b' });
    expect(steps.map(({ input }) => input)).toEqual(['a', 'b', 'wake']);
  });

  it('never lets time go back', () => {
    let now = 10;
    const { machine, steps } = scripted({});
    const clock = { now: () => now as Ms, after: () => () => {} };
    const parts = { clock, machine, wake: { type: 'wake' }, perform() {}, broken() {} };
    const loop = createLoop<Input, Output>(parts);
    loop.feed({ type: 'a' });
    now = 5;
    loop.feed({ type: 'b' });
    expect(steps.map((step) => step.now)).toEqual([10, 10]);
  });

  it('stops for good when something throws', async () => {
    const { loop, said, broken, machine, steps, clock } = running({
      a: [{ say: 'throw' }, { say: 'never' }],
    });
    machine.wakeAt = 1100;
    loop.feed({ type: 'a' });
    loop.feed({ type: 'b' });
    await clock.advance(500);
    expect(said).toEqual([]);
    expect(broken).toHaveLength(1);
    expect(steps).toHaveLength(1);
  });

  it('performs nothing more once stopped from inside', () => {
    const { loop, said, steps } = running({ a: [{ say: 'stop' }, { say: 'a2' }] });
    loop.feed({ type: 'a' });
    loop.feed({ type: 'a' });
    expect([said, steps.length]).toEqual([[], 1]);
  });
});
