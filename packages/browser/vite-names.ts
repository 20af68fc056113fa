/**
 * Names of properties that only our own code speaks, which the bundle may shorten, and the words
 * that tell our objects apart. Either counts as ours when our declarations have it and nobody else
 * can know it: it is in no declaration of the platform, hls.js or Noble, and in nothing that the
 * plug-in's entry reaches.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * A word that is also a property is the same name, as keys of a table are. A name that is in a
 * string, but is no such word, may be a key too, and stays; what is said to a method is none.
 * `code`: the whole bundle, before it is minified.
 */
export function privateNames(code: string): readonly string[] {
  const ours = ['core', 'host', 'browser'].flatMap((name) =>
    declarations(at(`../${name}/dist`), OURS),
  );
  const theirs = [
    ...declarations(at('../../node_modules/@typescript'), /\blib\.(?:dom|es)[^/]*\.d\.ts$/),
    ...declarations(at('../../node_modules/hls.js/dist')),
    ...declarations(at('../../node_modules/@noble/ed25519')),
  ];
  const words = privateWords(ours, code);
  const kept = new Set([
    'constructor',
    ...theirs.flatMap(members),
    ...publicNames(ours, readFileSync(at('dist/hls/index.d.ts'), 'utf8')),
    ...strings(code.replace(COMMENT, '').replace(SAID, '')).filter((word) => !words.has(word)),
  ]);
  for (const word of theirs.flatMap(strings)) if (words.has(word)) kept.add(word);
  return [...new Set([...ours.flatMap(members), ...words])].filter((name) => !kept.has(name));
}

/**
 * Words of `type` and `status` and the like: all that a member may be. Not those that are one of a
 * choice elsewhere, for a choice may be shown to people, nor those that are said to a method, which
 * may be the platform's.
 */
export function privateWords(declared: readonly string[], code: string): ReadonlySet<string> {
  const found = (texts: readonly string[], at: RegExp): string[] =>
    texts.flatMap((text) => [...text.matchAll(at)].map(([, word = '']) => word));
  const kept = new Set([
    ...found(declared, /\|\s*["']([\w-]+)["']/g),
    ...found(declared, /["']([\w-]+)["']\s*\|/g),
    ...found([code], SAID),
  ]);
  const alone = found(declared, /\w: ["']([\w-]+)["'](?=\s*[;}])/g);
  return new Set(alone.filter((word) => !kept.has(word)));
}
/** Members and words of every type that can be reached from `entry` by name. */
export function publicNames(declared: readonly string[], entry: string): ReadonlySet<string> {
  const texts = new Map<string, string>();
  for (const text of declared) {
    for (const part of text.split(/^(?=export |declare |type |interface )/m)) {
      const name = /^(?:export )?(?:declare )?\w+ ([A-Z]\w*)/.exec(part)?.[1];
      if (name !== undefined) texts.set(name, `${texts.get(name) ?? ''}${part}`);
    }
  }
  const names = new Set<string>();
  const seen = new Set<string>();
  for (const open = [entry]; open.length > 0; ) {
    const text = open.pop() ?? '';
    for (const name of [...members(text), ...strings(text)]) names.add(name);
    for (const [type] of text.matchAll(/\b[A-Z]\w*/g)) {
      if (!seen.has(type)) open.push(texts.get(type) ?? '');
      seen.add(type);
    }
  }
  return names;
}

function declarations(folder: string, file = /\.d\.ts$/): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => file.test(path))
    .map((path) => readFileSync(`${folder}/${path}`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, ''));
}

/** What stands before a colon, a bracket or a type parameter; parameters too, to be sure. */
function members(text: string): string[] {
  const before = '(?:(?:readonly|get|set|abstract|protected|private|static) )*';
  const member = new RegExp(`(?:[{;,(]|^)\\s*${before}([A-Za-z_$][\\w$]*)\\??\\s*[:(<]`, 'gm');
  return [...text.matchAll(member)].map(([, name = '']) => name);
}

function strings(text: string): string[] {
  return [...text.matchAll(/(["'`])([\w$-]+)\1/g)].map(([, , word = '']) => word);
}

/** All but rooms that no page loads: their names would only be in the way. */
const OURS = /^(?!(?:tracker|edge|media.(?:cmaf|live))[\\/]).*\.d\.ts$/;
const COMMENT = /^\s*\/\*[\s\S]*?\*\/$/gm;
/** A word that is the first thing said to a method. */
const SAID = /\.\w+\(\s*"([\w-]+)"/g;
