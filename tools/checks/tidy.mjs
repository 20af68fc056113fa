/**
 * Tidiness by numbers: lengths, widths, names and first sentences. Old offenders may only shrink.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { at } from '../house/root.mjs';
import { codeFiles, isTest, textFiles } from '../house/source-files.mjs';
import { functionsOf } from '../house/syntax.mjs';

const FILE_LINES = { usual: 400, never: 600 };
/** Lines of a function without the functions inside it; and of a factory with all its parts. */
const FUNCTION_LINES = { usual: 70, never: 70 };
const FACTORY_LINES = { usual: 70, never: 300 };
const COLUMNS = 100;
const BANNED_NAMES =
  /^(utils?|helpers?|common|types|misc|managers?|.*-(utils?|helpers?|manager))\./;
const RATCHET = 'tools/tidy-ratchet.json';

export const name = 'tidy';

export function check() {
  const ratchet = readRatchet();
  const code = codeFiles();
  return [
    ...wideLines(textFiles()),
    ...badNames(code.map((file) => file.path)),
    ...unintroduced(code),
    ...tooLong(code, ratchet),
  ];
}

/** Lines over the limit; links, tables, drawings, patterns and the quotations of tests are spared. */
export function wideLines(files) {
  return files.flatMap(({ path, text }) => {
    if (/\.(json|svg|m3u8|txt)$/.test(path) || /golden\//.test(path)) return [];
    return text.split('\n').flatMap((line, index) => {
      if ([...line].length <= COLUMNS || line.includes('://')) return [];
      if (path.endsWith('.md') && /^\s*\||\]\(/.test(line)) return [];
      if (/^\s*\/.*\/[a-z]*[;,)]*$/.test(line)) return [];
      if (/\bd="[Mm]/.test(line) || (isTest(path) && /^[^/]*['`]/.test(line))) return [];
      return [`${path}:${index + 1} is wider than ${COLUMNS} columns`];
    });
  });
}

/** File names that are not kebab-case, or say nothing. */
export function badNames(paths) {
  return paths.flatMap((path) => {
    const file = path.split('/').at(-1);
    if (BANNED_NAMES.test(file)) return [`${path}:1 has a name that says nothing`];
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$/.test(file);
    return kebab ? [] : [`${path}:1 is not named in kebab-case`];
  });
}

/** Files that do not open with one sentence; tests introduce themselves by name. */
export function unintroduced(files) {
  return files.flatMap(({ path, text }) => {
    if (isTest(path) || text.trim() === '') return [];
    const body = text.replace(/^#!.*\n/, '').trimStart();
    const [first = ''] = body.match(/^(\/\*[\s\S]*?\*\/|(\/\/.*\n)+)/) ?? [];
    const words = first.replace(/[/*\s]+/g, ' ').trim();
    const sentence = words.split(' ').length >= 2 && /[.:!?)]/.test(words);
    return sentence ? [] : [`${path}:1 does not open with a sentence`];
  });
}

/** Files and functions over their limit, and ratchet entries that no longer hold. */
export function tooLong(files, ratchet) {
  const measured = measure(files);
  const problems = measured.flatMap(({ key, where, lines, limits }) => {
    const allowed = Math.min(limits.never, Math.max(limits.usual, ratchet[key] ?? 0));
    return lines <= allowed ? [] : [`${where} has ${lines} lines, ${allowed} at most`];
  });
  const longest = new Map(measured.map(({ key, lines }) => [key, lines]));
  const loose = Object.keys(ratchet).filter((key) => !(ratchet[key] === longest.get(key)));
  return [...problems, ...loose.map((key) => `${RATCHET}:1 tighten '${key}' (npm run tidy)`)];
}

/** The longest of each key over its usual limit; the key survives moves of lines. */
function measure(files) {
  const longest = new Map();
  const add = (key, where, lines, limits) => {
    if (lines <= limits.usual || lines <= (longest.get(key)?.lines ?? 0)) return;
    longest.set(key, { key, where, lines, limits });
  };
  for (const { path, text } of files) {
    if (isTest(path)) continue;
    add(path, `${path}:1`, text.trimEnd().split('\n').length, FILE_LINES);
    for (const { name: called, line, lines, own } of functionsOf(path, text)) {
      const [key, where] = [`${path}#${called}`, `${path}:${line} ${called}`];
      if (own > FUNCTION_LINES.usual) add(key, where, own, FUNCTION_LINES);
      else add(key, where, lines, FACTORY_LINES);
    }
  }
  return [...longest.values()];
}

/** Lowers the ratchet to what is there now; it never rises here. */
export function tightened(files, ratchet) {
  const longest = new Map(measure(files).map(({ key, lines }) => [key, lines]));
  const kept = Object.keys(ratchet).filter((key) => longest.has(key));
  return Object.fromEntries(kept.sort().map((k) => [k, Math.min(ratchet[k], longest.get(k))]));
}

function readRatchet() {
  return existsSync(at(RATCHET)) ? JSON.parse(readFileSync(at(RATCHET), 'utf8')) : {};
}

if (process.argv[1] === import.meta.filename) {
  const ratchet = tightened(codeFiles(), readRatchet());
  writeFileSync(at(RATCHET), `${JSON.stringify(ratchet, null, 2)}\n`);
}
