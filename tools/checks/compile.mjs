/** Types: every project compiles, and so do the tests. */
import { existsSync } from 'node:fs';
import { runNode } from '../house/command.mjs';
import { at } from '../house/root.mjs';

const PROJECTS = [['-b'], ['-p', 'tsconfig.tests.json'], ['-p', 'tsconfig.tests-dom.json']];

export const name = 'types';

export async function check() {
  const problems = [];
  for (const args of PROJECTS) {
    if (args[1] !== undefined && !existsSync(at(args[1]))) problems.push(`${args[1]}:1 is missing`);
    const { code, output } = await runNode(at('node_modules/typescript/bin/tsc'), args);
    const lines = output.split('\n').filter((line) => /error TS(?!18003)\d+/.test(line));
    problems.push(...lines.map((line) => line.replace(/\((\d+),\d+\): error /, ':$1 ')));
    if (code !== 0 && !output.includes('error TS'))
      problems.push(`tsc ${args.join(' ')}: ${output.trim()}`);
  }
  return [...new Set(problems)];
}
