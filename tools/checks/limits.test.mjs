import { expect, test } from 'vitest';
import { limitsOf, tables } from './limits.mjs';

const text = [
  'export const LIMITS = {',
  '  /** Pieces of a part. */',
  '  pieces: 4096,',
  '  bytes: 4 * 1024,',
  '} as const;',
  '/** Longest wait. */',
  'export const QUEUE_MAX = Ms(1_500);',
  'const HIDDEN_MAX = 3;',
].join('\n');

test('exported limits are found with their words', () => {
  const found = limitsOf({ path: 'packages/core/src/wire/limits.ts', text });
  expect(found.map(({ room, called, written, why }) => [room, called, written, why])).toEqual([
    ['core/wire', 'LIMITS.pieces', '4096', 'Pieces of a part.'],
    ['core/wire', 'LIMITS.bytes', '4 * 1024', ''],
    ['core/wire', 'QUEUE_MAX', '1_500', 'Longest wait.'],
  ]);
});

test('tables go by room', () => {
  const limit = (room, value) => ({ room, called: 'A_MAX', value, why: 'Why.' });
  const text = tables([limit('b/y', 4096), limit('a/x', 'SOME')]);
  expect(text).toContain(
    '## a/x\n\n| limit | value | what and why |\n|---|---|---|\n| `A_MAX` | `SOME`',
  );
  expect(text).toContain('| `A_MAX` | 4,096 | Why. |');
});
