import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { runNode } from '../house/command.mjs';
import { ROOMS } from '../house/floors.mjs';
import { at, named } from '../house/root.mjs';
import { readText } from '../house/source-files.mjs';
import { sourceProblems } from './floors.mjs';

const folders = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test('an import up or sideways between rooms does not compile', async () => {
  const folder = stubHouse();
  const forbidden = [];
  for (const room of Object.keys(ROOMS)) {
    for (const other of Object.keys(ROOMS)) {
      if (other === room) continue;
      writeFileSync(`${folder}/${room}/uses-${other}.ts`, `import '../${other}/index.js';\n`);
      if (!ROOMS[room].includes(other)) forbidden.push(`${room}/uses-${other}.ts`);
    }
  }
  const { output } = await runNode(at('node_modules/typescript/bin/tsc'), ['-b', folder]);
  const refused = new Set();
  for (const line of output.split('\n')) {
    const [, file] = line.match(/([a-z]+\/uses-[a-z]+\.ts)[(:].*TS6307/) ?? [];
    if (file !== undefined) refused.add(file);
  }
  expect([...refused].sort()).toEqual(forbidden.sort());
});

test('imports are refused by name, with file and line', () => {
  const file = (path, text) => ({ path: `packages/${path}`, text });
  const problems = sourceProblems([
    file('core/src/wire/a.ts', "import '../units/index.js';\nimport '../peer/index.js';"),
    file('core/src/wire/b.ts', "import '../units/piece.js';"),
    file('core/src/wire/c.ts', "import 'node:fs';"),
    file('host/src/a.ts', "import type { A } from '@shoal/browser';"),
    file('browser/src/a.ts', "export * from '../../node/src/index.js';"),
    file('server/src/a.ts', "import 'left-pad';\nimport 'node:fs';\nimport '@shoal/sim';"),
  ]);
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'packages/core/src/wire/a.ts:2',
    'packages/core/src/wire/b.ts:1',
    'packages/core/src/wire/c.ts:1',
    'packages/host/src/a.ts:1',
    'packages/browser/src/a.ts:1',
    'packages/server/src/a.ts:1',
    'packages/server/src/a.ts:3',
  ]);
});

/** A house with the real rooms' projects, each with an empty index. */
function stubHouse() {
  mkdirSync(at('.cache'), { recursive: true });
  const folder = mkdtempSync(at('.cache/floors-'));
  folders.push(folder);
  const base = '../../../tsconfig.base.json';
  for (const room of Object.keys(ROOMS)) {
    const project = JSON.parse(readText(`packages/core/src/${room}/tsconfig.json`));
    project.extends = base;
    project.compilerOptions.outDir = `../dist/${room}`;
    project.compilerOptions.tsBuildInfoFile = `../dist/${room}/.tsbuildinfo`;
    mkdirSync(`${folder}/${room}`);
    writeFileSync(`${folder}/${room}/tsconfig.json`, JSON.stringify(project));
    writeFileSync(`${folder}/${room}/index.ts`, `export const room = '${room}';\n`);
  }
  const references = Object.keys(ROOMS).map((room) => ({ path: `./${room}` }));
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ files: [], references }));
  return named(folder);
}
