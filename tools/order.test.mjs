/** The bundle's functions may change places, and nothing else may. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ordered } from '../packages/browser/vite-order.ts';

const LIKE = (name, n) =>
  `function ${name}(first,second){return first.one+second.two*${n}-${'abc'[n % 3].repeat(9)}}`;
const CODE = [
  'let count=0',
  ...Array.from({ length: 12 }, (_, n) => LIKE(`f${n}`, n)),
  'count=f3({one:1},{two:2});export{count}',
].join(';');

test('what the chunk says stays, each statement once and others in order', () => {
  const code = ordered(CODE);
  const statements = (text) => text.split(/;|(?<=\})(?=function|let)/).filter(Boolean);
  expect(statements(code).sort()).toEqual(statements(CODE).sort());
  expect(code.indexOf('let count')).toBeLessThan(code.indexOf('count=f3'));
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(gzipSync(CODE, { level: 9 }).length);
});

test('the same code is ordered the same way', () => {
  expect(ordered(CODE)).toBe(ordered(CODE));
});
