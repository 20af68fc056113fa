/** The table tells what is reached from what is not, by the worst seed. */

import { scenarioNames } from '@shoal/sim';
import { expect, it } from 'vitest';
import { ROWS } from './rows.mjs';
import { lineOf, tableOf } from './table.mjs';

const offload = {
  what: 'offload',
  unit: '%',
  of: ({ ours }) => ours.offload,
  least: () => 0.9,
  limit: ({ ours }) => ours.limit,
};
const run = (value) => ({ ours: { offload: value, limit: 0.95 } });

it('holds the worst seed to the goal', () => {
  const runs = [run(0.93), run(0.89), run(0.92)];
  expect(lineOf('a', offload, runs)).toEqual([
    'a',
    'offload',
    '≥ 90.00 %',
    '92.00 %',
    '89.00 %',
    '95.00 %',
    'short by 1.00 %',
  ]);
  expect(lineOf('a', offload, [run(0.93)]).at(-1)).toBe('ok');
});

it('knows goals that something must stay under', () => {
  const stalls = { what: 'stalls', unit: '', of: ({ ours }) => ours.offload, most: () => 1 };
  expect(lineOf('a', stalls, [run(3), run(1)]).slice(2)).toEqual([
    '≤ 1',
    '3',
    '3',
    '–',
    'short by 2',
  ]);
});

it('has a line for every goal, of packaged scenarios only', () => {
  const results = Object.entries(ROWS).map(([name, goals]) => ({ name, goals, runs: [] }));
  expect(results.every(({ goals }) => goals.length > 0)).toBe(true);
  expect(scenarioNames()).toEqual(expect.arrayContaining(Object.keys(ROWS)));
  expect(tableOf([{ name: 'a', goals: [offload], runs: [run(0.93)] }]).split('\n')).toHaveLength(3);
});
