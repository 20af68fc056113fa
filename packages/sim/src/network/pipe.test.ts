/** A pipe keeps its rate, shares it between flows, and forgets what is cut. */
import { describe, expect, it } from 'vitest';
import { createAgenda } from '../agenda.js';
import { createPipe } from './pipe.js';

describe('createPipe', () => {
  it('lets bytes pass at its rate, in the order of the flow', () => {
    const agenda = createAgenda();
    const pipe = createPipe(agenda, 8_000_000);
    const passed: [string, number][] = [];
    pipe.send('a', 10_000, () => passed.push(['first', agenda.now()]));
    pipe.send('a', 10_000, () => passed.push(['second', agenda.now()]));
    agenda.runUntil(100);
    expect(passed).toEqual([
      ['first', 10],
      ['second', 20],
    ]);
    expect(pipe.total()).toBe(20_000);
  });

  it('shares its rate between flows, whoever came first', () => {
    const agenda = createAgenda();
    const pipe = createPipe(agenda, 8_000_000);
    const at = { small: 0, large: 0 };
    pipe.send('large', 81_920, () => {
      at.large = agenda.now();
    });
    pipe.send('small', 4_096, () => {
      at.small = agenda.now();
    });
    agenda.runUntil(200);
    expect(at.small).toBeCloseTo(8.192);
    expect(at.large).toBeCloseTo(86.016);
  });

  it('forgets a flow that is cut, and a new flow of that name is another', () => {
    const agenda = createAgenda();
    const pipe = createPipe(agenda, 8_000_000);
    const passed: string[] = [];
    pipe.send('a', 50_000, () => passed.push('old'));
    agenda.runUntil(10);
    pipe.cut('a');
    pipe.send('a', 4_096, () => passed.push('new'));
    agenda.runUntil(200);
    expect(passed).toEqual(['new']);
    expect(pipe.total()).toBeLessThan(20_000);
  });

  it('passes at once at an infinite rate', () => {
    const agenda = createAgenda();
    const pipe = createPipe(agenda, Number.POSITIVE_INFINITY);
    let at = -1;
    pipe.send('a', 1e9, () => {
      at = agenda.now();
    });
    agenda.runUntil(1);
    expect(at).toBe(0);
  });
});
