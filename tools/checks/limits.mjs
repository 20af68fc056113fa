/** Limits: docs/LIMITS.md names every exported limit, with the value that the code has. */
import { existsSync } from 'node:fs';
import { Visitor } from 'vite';
import { at } from '../house/root.mjs';
import { codeFiles, isTest, readText } from '../house/source-files.mjs';
import { lineAt, parse } from '../house/syntax.mjs';

const DOCUMENT = 'docs/LIMITS.md';
const LIMIT = /^(?:LIMITS|[A-Z0-9_]+_LIMITS|MAX_[A-Z0-9_]+|[A-Z0-9_]+_MAX)$/;

export const name = 'limits';

export function check() {
  if (!existsSync(at(DOCUMENT))) return [`${DOCUMENT}:1 is missing`];
  const source = codeFiles().filter(({ path }) => /^packages\/[a-z]+\/src\//.test(path));
  return limitProblems(
    source.filter((file) => !isTest(file.path)),
    readText(DOCUMENT),
  );
}

/** Limits of `files` that `document` does not name on a line with their value. */
export function limitProblems(files, document) {
  const lines = document.split('\n');
  return files.flatMap(limitsOf).flatMap(({ called, value, where }) => {
    const found = lines.filter((line) => line.includes(`\`${called}\``));
    if (found.length === 0) return [`${where} ${called} is not in ${DOCUMENT}`];
    if (value === undefined || found.some((line) => numbersOf(line).includes(value))) return [];
    return [`${where} ${called} is ${value}, which ${DOCUMENT} does not say`];
  });
}

function limitsOf({ path, text }) {
  const found = [];
  const add = (called, node) => {
    const where = `${path}:${lineAt(text, node.start)}`;
    found.push({ called, where, value: numberOf(node, text) });
  };
  new Visitor({
    ExportNamedDeclaration: ({ declaration }) => {
      for (const { id, init } of declaration?.declarations ?? []) {
        if (!LIMIT.test(id.name) || !init) continue;
        const bare = unwrapped(init);
        if (bare.type !== 'ObjectExpression') add(id.name, bare);
        else for (const { key, value } of bare.properties) add(`${id.name}.${key.name}`, value);
      }
    },
  }).visit(parse(path, text).program);
  return found;
}

/** The expression without `as const`, `Object.freeze(…)` or a unit like `Ms(…)`. */
function unwrapped(node) {
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') {
    return unwrapped(node.expression);
  }
  return node.type === 'CallExpression' && node.arguments[0] ? unwrapped(node.arguments[0]) : node;
}

/** The number when it is written out, as `4 * 1024`; undefined when it is computed from names. */
function numberOf(node, text) {
  const bare = unwrapped(node);
  const written = text.slice(bare.start, bare.end).replaceAll('_', '');
  if (!/^[\d\s.*+()-]+$/.test(written)) return undefined;
  return Number(new Function(`return (${written});`)());
}

function numbersOf(line) {
  return (line.match(/\d[\d,]*(\.\d+)?/g) ?? []).map((digits) =>
    Number(digits.replaceAll(',', '')),
  );
}
