/** The API report: docs/api/*.txt lists every export of every package entry, with its signature. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { at } from '../house/root.mjs';
import { readText } from '../house/source-files.mjs';
import { parse } from '../house/syntax.mjs';

const FOLDER = 'docs/api';

export const name = 'api';

export function check() {
  return reports().flatMap(({ path, text }) => {
    if (!existsSync(at(path))) return [`${path}:1 is missing (npm run api)`];
    const line = firstDifference(readText(path), text);
    return line === undefined ? [] : [`${path}:${line} differs from what is built (npm run api)`];
  });
}

/** The report of every package that has entries. */
function reports() {
  return readdirSync(at('packages'))
    .sort()
    .flatMap((name) => {
      const manifest = JSON.parse(readText(`packages/${name}/package.json`));
      const entries = Object.entries(manifest.exports ?? {}).filter(([, entry]) => entry.types);
      if (entries.length === 0) return [];
      const parts = entries.map(([subpath, { types }]) => {
        const file = at('packages', name, types);
        const signatures = existsSync(file) ? signaturesOf(file) : ['(not built)'];
        return `## ${join(manifest.name, subpath)}\n\n${signatures.join('\n')}\n`;
      });
      return [{ path: `${FOLDER}/${name}.txt`, text: parts.join('\n') }];
    });
}

/** One line an export of a declaration file, sorted by name; what it re-exports is followed. */
export function signaturesOf(file, read = (path) => readFileSync(path, 'utf8')) {
  return [...exportsOf(file, read)]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, signature]) => `${name}: ${signature}`);
}

function exportsOf(file, read) {
  const text = read(file);
  const { program, comments } = parse(file, text);
  const local = new Map();
  const found = new Map();
  for (const node of program.body) {
    const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
    for (const name of namesOf(declared)) {
      const signature = plain(text, declared, comments);
      const earlier = local.get(name);
      local.set(name, earlier === undefined ? signature : `${earlier} & ${signature}`);
      if (node.type === 'ExportNamedDeclaration') found.set(name, local.get(name));
    }
  }
  for (const node of program.body) addReexports(node, { file, read, local, found });
  return found;
}

function addReexports(node, { file, read, local, found }) {
  if (node.type === 'ExportAllDeclaration') {
    if (node.exported) found.set(node.exported.name, `* from '${node.source.value}'`);
    else if (!node.source.value.startsWith('.')) found.set('*', `* from '${node.source.value}'`);
    else for (const [name, text] of exportsOf(source(file, node), read)) found.set(name, text);
  }
  if (node.type !== 'ExportNamedDeclaration' || node.declaration) return;
  const from = node.source?.value;
  const inside = from?.startsWith('.') ? exportsOf(source(file, node), read) : local;
  for (const { local: inner, exported } of node.specifiers) {
    const signature = inside.get(inner.name) ?? `${inner.name} of '${from ?? 'an import'}'`;
    found.set(exported.name, signature);
  }
}

function source(file, node) {
  return join(dirname(file), node.source.value.replace(/\.js$/, '.d.ts'));
}

function namesOf(node) {
  if (!node) return [];
  if (node.declarations) return node.declarations.map(({ id }) => id.name);
  return node.id?.name ? [node.id.name] : [];
}

/** The declaration on one line, without its comments. */
function plain(text, node, comments) {
  let out = '';
  let from = node.start;
  for (const comment of comments) {
    if (comment.start < node.start || comment.end > node.end) continue;
    out += text.slice(from, comment.start);
    from = comment.end;
  }
  return (out + text.slice(from, node.end))
    .replace(/\s+/g, ' ')
    .replace(/^declare /, '')
    .trim();
}

function firstDifference(old, fresh) {
  if (old === fresh) return undefined;
  const [a, b] = [old, fresh].map((text) => text.split('\n'));
  const index = a.findIndex((line, i) => line !== b[i]);
  return (index === -1 ? a.length : index) + 1;
}

if (process.argv[1] === import.meta.filename) {
  mkdirSync(at(FOLDER), { recursive: true });
  for (const { path, text } of reports()) writeFileSync(at(path), text);
}
