import { expect, test } from 'vitest';
import { limitProblems } from './limits.mjs';

const text = [
  'export const LIMITS = { pieces: 4096, bytes: 4 * 1024, other: SOME } as const;',
  'export const QUEUE_MAX = Ms(1_500);',
  'const HIDDEN_MAX = 3;',
].join('\n');

test('every exported limit stands in the document with its value', () => {
  const document =
    '| `LIMITS.pieces` | 4,096 |\n| `LIMITS.bytes` | 1 |\n| `QUEUE_MAX` | 1,500 ms |';
  expect(limitProblems([{ path: 'a.ts', text }], document)).toEqual([
    'a.ts:1 LIMITS.bytes is 4096, which docs/LIMITS.md does not say',
    'a.ts:1 LIMITS.other is not in docs/LIMITS.md',
  ]);
});
