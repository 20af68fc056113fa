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
    runPoisoned(`${await bundle()}\n${EXERCISE}`);
    return [];
  } catch (error) {
    return [`packages/core:1 core does not run in an empty context: ${error.message}`];
  }
}

/** Runs a script where there is nothing but the language, and its clock and dice throw. */
export function runPoisoned(script) {
  runInNewContext(`${POISON}\n${script}`, Object.create(null), { timeout: 10_000 });
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
const expect = (truth, what) => { if (!truth) throw new Error(what); };
const { units, wire, peer, tracker } = core;
expect(units.createRandom(7).below(6) < 6, 'a die shows too much');
const streamId = new Uint8Array(32);
const entropy = new Uint8Array(24).fill(7);
const start = { seed: 1, now: 0, streamId, epoch: 1, keyId: new Uint8Array(8) };
const machine = peer.createPeer(start);
const out = [
  { type: 'follow', renditions: [{ rendition: 0, live: true }] },
  { type: 'consent', granted: true },
  { type: 'located', rendition: 0, live: true, segments: [{ sequence: 5, durationMs: 2000 }] },
  { type: 'want', request: 1, rendition: 0, sequence: 5 },
  { type: 'tracker-up' },
  { type: 'wake' },
].flatMap((input, i) => machine.step(i * 100, input));
expect(out.some(({ type }) => type === 'tracker-open'), 'the peer does not ask for its tracker');
const joins = out.filter(({ type }) => type === 'tracker-send').map(({ message }) => message);
const join = wire.decodeToTracker(wire.encodeToTracker(joins[0]));
expect(join.type === 'join', 'the first message to the tracker is not join');
const meeting = tracker.createTracker({ seed: 1, now: 0 });
const answers = [
  { type: 'stream', streamId, epoch: 1 },
  { type: 'opened', connection: 1, entropy, network: '192.0.2.0/24' },
  { type: 'message', connection: 1, message: join },
  { type: 'wake' },
].flatMap((input, i) => meeting.step(i * 100, input));
const sent = answers.filter(({ type }) => type === 'send').map(({ message }) => message.type);
expect(sent.includes('welcome'), 'the tracker does not welcome');
`;
