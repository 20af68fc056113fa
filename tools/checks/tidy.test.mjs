import { expect, test } from 'vitest';
import { badNames, tightened, tooLong, unintroduced, wideLines } from './tidy.mjs';

const linesOf = (count) => '// A file.\n'.repeat(count);
const functionOf = (lines) => `function long() {\n${'  work();\n'.repeat(lines - 2)}}\n`;

test('wide lines are named, links and tables are spared', () => {
  const wide = 'x'.repeat(101);
  const problems = wideLines([
    { path: 'a.ts', text: `ok\n// ${wide}` },
    { path: 'b.ts', text: `// https://example.org/${wide}` },
    { path: 'c.md', text: `| ${wide} |\n${wide}` },
  ]);
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['a.ts:2', 'c.md:2']);
});

test('names are kebab-case and say something', () => {
  const paths = ['a/peer-table.ts', 'a/vite.config.ts', 'a/peerTable.ts', 'a/utils.ts'];
  expect(badNames([...paths, 'a/url-helpers.ts'])).toEqual([
    'a/peerTable.ts:1 is not named in kebab-case',
    'a/utils.ts:1 has a name that says nothing',
    'a/url-helpers.ts:1 has a name that says nothing',
  ]);
});

test('a file opens with a sentence', () => {
  const files = [
    { path: 'a.ts', text: '/** What this is. */\nexport {};' },
    { path: 'b.mjs', text: '#!/usr/bin/env node\n/** What this is. */\n' },
    { path: 'c.ts', text: 'export {};' },
  ];
  expect(unintroduced(files)).toEqual(['c.ts:1 does not open with a sentence']);
});

test('long files and functions need a ratchet entry, and none helps beyond the last limit', () => {
  const old = [{ path: 'old.ts', text: linesOf(450) }];
  expect(tooLong(old, {})).toEqual(['old.ts:1 has 450 lines, 400 at most']);
  expect(tooLong(old, { 'old.ts': 450 })).toEqual([]);
  expect(tooLong([{ path: 'new.ts', text: linesOf(601) }], { 'new.ts': 601 })).toHaveLength(1);
  const busy = [{ path: 'busy.ts', text: functionOf(71) }];
  expect(tooLong(busy, { 'busy.ts#long': 71 })).toHaveLength(1);
});

test('a factory may be longer than a function, if the ratchet says so', () => {
  const part = `  const part = () => {\n${'    work();\n'.repeat(40)}  };\n`;
  const files = [{ path: 'a.ts', text: `function createIt() {\n${part}${part}}\n` }];
  expect(tooLong(files, {})).toEqual(['a.ts:1 createIt has 86 lines, 70 at most']);
  expect(tooLong(files, { 'a.ts#createIt': 86 })).toEqual([]);
});

test('the ratchet only tightens', () => {
  const files = [{ path: 'a.ts', text: linesOf(450) }];
  expect(tooLong(files, { 'a.ts': 470 })).toHaveLength(1);
  expect(tightened(files, { 'a.ts': 470, 'gone.ts': 500 })).toEqual({ 'a.ts': 450 });
  expect(tightened(files, { 'a.ts': 410 })).toEqual({ 'a.ts': 410 });
  expect(tightened(files, {})).toEqual({});
});
