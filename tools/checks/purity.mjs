/** Purity: core names no clock, dice, timer or host object, and runs where none exist. */
import { runInNewContext } from 'node:vm';
import { build, Visitor } from 'vite';
import { at } from '../house/root.mjs';
import { codeFiles, isTest } from '../house/source-files.mjs';
import { lineAt, parse } from '../house/syntax.mjs';

/** What even the bare language has, and core must not touch. */
const BANNED_GLOBALS = ['Date', 'Promise', 'globalThis', 'eval', 'Function', 'WeakRef', 'Intl'];
const BANNED_MEMBERS = { Math: ['random'] };

export const name = 'purity';

export async function check() {
  const core = codeFiles().filter((f) => f.path.startsWith('packages/core/src/'));
  const source = core.filter((file) => !isTest(file.path));
  return [...sourceProblems(source), ...(await contextProblems())];
}

/** Uses of impure globals; `files` are `{ path, text }`. */
export function sourceProblems(files) {
  return files.flatMap(({ path, text }) => {
    const problems = [];
    const say = (node, what) => {
      problems.push(`${path}:${lineAt(text, node.start)} core is pure: ${what}`);
    };
    const { program } = parse(path, text);
    new Visitor({
      NewExpression: (node) => banGlobal(node.callee, say),
      CallExpression: (node) => banGlobal(node.callee, say),
      MemberExpression: (node) => {
        banGlobal(node.object, say);
        const banned = BANNED_MEMBERS[node.object.name] ?? [];
        if (banned.includes(node.property.name)) say(node, `no ${node.object.name}.random`);
      },
      AwaitExpression: (node) => say(node, 'no await'),
    }).visit(program);
    return problems;
  });
}

function banGlobal(node, say) {
  if (node.type === 'Identifier' && BANNED_GLOBALS.includes(node.name))
    say(node, `no ${node.name}`);
}

/** Loads all of built core where every clock and die throws, and runs a little of it. */
async function contextProblems() {
  try {
    const code = await bundle();
    runInNewContext(`${POISON}\n${code}\n${EXERCISE}`, Object.create(null), { timeout: 10_000 });
    return [];
  } catch (error) {
    return [`packages/core:1 core does not run in an empty context: ${error.message}`];
  }
}

/** All rooms as one script that leaves them in `core`. */
async function bundle() {
  const entry = at('tools/checks/purity-entry.mjs');
  const result = await build({
    configFile: false,
    root: at(),
    logLevel: 'silent',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'core' } },
  });
  return [result].flat()[0].output[0].code;
}

const POISON = `
const poisoned = (what) => () => { throw new Error(what + ' was used'); };
for (const key of ['console', 'WebAssembly', 'Atomics', 'SharedArrayBuffer', 'Intl', 'Promise',
  'setTimeout', 'setInterval', 'queueMicrotask', 'performance', 'crypto', 'fetch', 'URL',
  'TextEncoder', 'TextDecoder', 'structuredClone', 'process', 'Buffer']) delete globalThis[key];
Math.random = poisoned('Math.random');
globalThis.Date = new Proxy(function () {}, {
  get: poisoned('Date'), apply: poisoned('Date'), construct: poisoned('Date'),
});`;

const EXERCISE = `
const dice = core.units.createRandom(7);
if (dice.below(6) >= 6) throw new Error('a die shows too much');
if (core.units.partKey(core.units.partId({ rendition: 1, sequence: 2, part: 0 })).sequence !== 2)
  throw new Error('a part key is not kept');
if (core.swarm.stripeCount(9, 8) !== 4) throw new Error('stripes are miscounted');
`;
