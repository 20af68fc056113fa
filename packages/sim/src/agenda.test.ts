/** Events run in one total order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAgenda } from './agenda.js';

it('runs what is due by time, and equal times by the order of asking', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 200 }), (delays) => {
      const agenda = createAgenda();
      const ran: [number, number][] = [];
      for (const [i, ms] of delays.entries()) agenda.after(ms, () => ran.push([agenda.now(), i]));
      agenda.runUntil(50);
      const sorted = delays.map((ms, i): [number, number] => [ms, i]);
      sorted.sort(([a, i], [b, j]) => a - b || i - j);
      expect(ran).toEqual(sorted);
    }),
  );
});

it('runs what is asked for while running, if it is due', () => {
  const agenda = createAgenda();
  const ran: number[] = [];
  agenda.after(10, () => {
    agenda.after(5, () => ran.push(agenda.now()));
    agenda.after(50, () => ran.push(agenda.now()));
  });
  agenda.runUntil(20);
  expect(ran).toEqual([15]);
  expect(agenda.now()).toBe(20);
});

it('leaves out what was undone', () => {
  const agenda = createAgenda();
  let ran = 0;
  const undo = agenda.after(5, () => {
    ran += 1;
  });
  agenda.after(4, undo);
  agenda.runUntil(10);
  expect(ran).toBe(0);
});

it('runs at the very time that was asked for, and what is past at once', () => {
  const agenda = createAgenda();
  const ran: number[] = [];
  agenda.after(0.1, () => {
    agenda.at(0.3, () => ran.push(agenda.now()));
    agenda.at(0.05, () => ran.push(agenda.now()));
  });
  agenda.runUntil(1);
  expect(ran).toEqual([0.1, 0.3]);
});
