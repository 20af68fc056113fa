/** The checkers see what they are there to see. */
import { expect, it } from 'vitest';
import { arrivals, shape, THIN } from '../scenarios/shape.js';
import { createSimulation } from '../simulation.js';
import { alwaysFaults, checkRun, eventuallyFaults, worseThanPlain } from './index.js';

function starved(plain: boolean) {
  const simulation = createSimulation(
    shape({
      name: 'starved',
      about: 'an edge that cannot feed anybody',
      seed: 1,
      forMs: 30_000,
      edge: { rate: plain ? 1e9 : 200_000, delayMs: 8 },
      visits: arrivals(1, 3, 1_000, THIN),
      plain,
    }),
  );
  simulation.run();
  return simulation;
}

it('sees viewers that stall late or never start', () => {
  expect(eventuallyFaults(starved(false)).length).toBeGreaterThan(0);
});

it('sees what is worse than plain', () => {
  expect(worseThanPlain(starved(false), starved(true)).length).toBeGreaterThan(0);
  expect(worseThanPlain(starved(true), starved(true))).toEqual([]);
});

it('passes on broken promises', () => {
  const simulation = starved(true);
  expect(alwaysFaults({ broken: ['1 ms: v1 lies'] })).toHaveLength(1);
  expect(checkRun(simulation)).toEqual([]);
});
