import { expect, test } from 'vitest';
import { wordProblems } from './words.mjs';

const at = (...parts) => `/${parts.join('/')}/`;

test('paths of one machine and tools are found, ordinary words are not', () => {
  const text = [
    `const a = '${at('work', 'main')}';`,
    `const b = '${at('home', 'somebody')}';`,
    "const c = './network/work/packages/';",
    `// written with ${['co', 'pilot'].join('')}`,
    'a session of the tracker, assisted by peers; docs.example.org/home/',
    `see ${['issue', '12'].join(' ')}`,
  ].join('\n');
  const lines = wordProblems([{ path: 'a.ts', text }]).map((problem) => problem.split(' ')[0]);
  expect(lines).toEqual(['a.ts:1', 'a.ts:2', 'a.ts:4', 'a.ts:6']);
});
