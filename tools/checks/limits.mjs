/**
 * Limits: docs/LIMITS.md lists every exported limit with its value, as `npm run limits` writes it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Visitor } from 'vite';
import { at } from '../house/root.mjs';
import { codeFiles, isTest } from '../house/source-files.mjs';
import { parse } from '../house/syntax.mjs';

const DOCUMENT = 'docs/LIMITS.md';
const MARK = '<!-- From here on written by npm run limits. -->\n';
const LIMIT = /^(?:LIMITS|[A-Z0-9_]+_LIMITS|MAX_[A-Z0-9_]+|[A-Z0-9_]+_MAX)$/;
const SOURCE = /^packages\/[a-z]+\/src\//;

export const name = 'limits';

export async function check() {
  if (!existsSync(at(DOCUMENT))) return [`${DOCUMENT}:1 is missing`];
  const text = readFileSync(at(DOCUMENT), 'utf8');
  const wanted = head(text) + tables(await allLimits());
  if (text === wanted) return [];
  const [old, fresh] = [text, wanted].map((one) => one.split('\n'));
  const index = fresh.findIndex((line, i) => line !== old[i]);
  const line = index === -1 ? fresh.length : index;
  return [`${DOCUMENT}:${line + 1} differs from the code: ${fresh[line] ?? ''} (npm run limits)`];
}

/** What people wrote above the tables. */
function head(text) {
  const end = text.indexOf(MARK);
  return end === -1 ? `${text.trimEnd()}\n\n${MARK}` : text.slice(0, end + MARK.length);
}

async function allLimits() {
  const files = codeFiles().filter(({ path }) => SOURCE.test(path) && !isTest(path));
  const found = files.flatMap(limitsOf);
  return Promise.all(found.map(async (one) => ({ ...one, value: await numberOf(one) })));
}

/** Tables by room; `limits` are `{ room, called, value, why }`. */
export function tables(limits) {
  const rooms = [...new Set(limits.map(({ room }) => room))].sort();
  return rooms.map((room) => table(room, limits)).join('');
}

function table(room, limits) {
  const rows = limits
    .filter((limit) => limit.room === room)
    .map(({ called, value, why }) => `| \`${called}\` | ${shown(value)} | ${why} |\n`);
  return `\n## ${room}\n\n| limit | value | what and why |\n|---|---|---|\n${rows.join('')}`;
}

function shown(value) {
  return typeof value === 'number' ? value.toLocaleString('en-US') : `\`${value}\``;
}

/** The exported limits of one file, with the words that stand before each. */
export function limitsOf({ path, text }) {
  const [, name, , room] = path.split('/');
  const found = [];
  const { program, comments } = parse(path, text);
  const add = (called, node, owner, keys) => {
    const why = commentBefore(owner.start, comments, text) ?? '';
    const bare = unwrapped(node);
    const written = text.slice(bare.start, bare.end);
    found.push({ path, keys, room: `${name}/${room.replace(/\.ts$/, '')}`, called, written, why });
  };
  const visit = (node) => {
    for (const { id, init } of node.declaration?.declarations ?? []) {
      if (!LIMIT.test(id.name) || !init) continue;
      const bare = unwrapped(init);
      if (bare.type !== 'ObjectExpression') add(id.name, bare, node, [id.name]);
      else {
        for (const property of bare.properties) {
          const keys = [id.name, property.key.name];
          add(keys.join('.'), property.value, property, keys);
        }
      }
    }
  };
  new Visitor({ ExportNamedDeclaration: visit }).visit(program);
  return found;
}

/** The expression without `as const`, `Object.freeze(…)` or a unit like `Ms(…)`. */
function unwrapped(node) {
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') {
    return unwrapped(node.expression);
  }
  return node.type === 'CallExpression' && node.arguments[0] ? unwrapped(node.arguments[0]) : node;
}

function commentBefore(start, comments, text) {
  const comment = comments.findLast(({ end }) => end <= start);
  if (comment === undefined || text.slice(comment.end, start).trim() !== '') return undefined;
  return comment.value
    .replace(/\s*\n\s*\*?\s*/g, ' ')
    .replace(/^\*+/, '')
    .trim();
}

/** The number, when it is written out or its built module is pure; else the words of the code. */
async function numberOf({ path, keys, written }) {
  const digits = written.replaceAll('_', '');
  if (/^[\d\s.*+()-]+$/.test(digits)) return Number(new Function(`return (${digits});`)());
  const built = at(path.replace('/src/', '/dist/').replace(/\.ts$/, '.js'));
  if (!/^packages\/(core|host)\//.test(path) || !existsSync(built)) return written;
  const value = keys.reduce((inside, key) => inside?.[key], await import(built));
  return typeof value === 'number' ? value : written;
}

if (process.argv[1] === import.meta.filename) {
  const text = readFileSync(at(DOCUMENT), 'utf8');
  writeFileSync(at(DOCUMENT), head(text) + tables(await allLimits()));
}
