import { expect, it } from 'vitest';
import { countOf, failuresOf, tableOf } from './table.mjs';

const TESTS = [
  { id: 'a', kind: 'required' },
  { id: 'b', kind: 'required' },
  { id: 'c', kind: 'optimal' },
  { id: 'd', kind: 'check' },
];
const RESULTS = { a: true, b: ['Assertion', 'it comes from cache'], d: ['Assertion', 'no'] };

it('counts what was run, by kind', () => {
  expect(countOf(TESTS, RESULTS, 'required')).toEqual([1, 2]);
  expect(countOf(TESTS, RESULTS, 'optimal')).toEqual([0, 0]);
  expect(tableOf(TESTS, [['ours', RESULTS]])).toContain('| ours | 1 of 2 | 0 of 0 |');
});

it('lists what was not met, but no mere observations', () => {
  expect(failuresOf(TESTS, RESULTS)).toEqual([
    { id: 'b', kind: 'required', said: 'it comes from cache' },
    { id: 'c', kind: 'optimal', said: 'not run' },
  ]);
});
