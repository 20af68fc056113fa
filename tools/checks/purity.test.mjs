import { expect, test } from 'vitest';
import { runPoisoned, sourceProblems } from './purity.mjs';

test('clocks, dice and waiting are refused in core', () => {
  const text = [
    'const a = Date.now();',
    'const b = new Date(0);',
    'const c = Math.random();',
    'const d = Math.max(1, 2);',
    'export async function e() { await d; }',
    'new Promise(() => {});',
  ].join('\n');
  const problems = sourceProblems([{ path: 'packages/core/src/x.ts', text }]);
  expect(problems.map((problem) => Number(problem.match(/:(\d+)/)[1])).sort()).toEqual([
    1, 2, 3, 5, 6,
  ]);
});

test.each([
  'Date.now()',
  'new Date()',
  'Date()',
  'Math.random()',
  'setTimeout(() => {}, 0)',
  'console.log(1)',
  'new TextEncoder()',
  'new Promise(() => {})',
])('%s does not run there', (script) => {
  expect(() => runPoisoned(script)).toThrow();
});
