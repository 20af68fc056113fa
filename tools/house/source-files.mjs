/** The files of the repository that people write and read, found without git. */
import { readdirSync, readFileSync } from 'node:fs';
import { at, ROOT } from './root.mjs';

const SKIPPED = new Set(['node_modules', 'dist', '.git', '.cache', 'coverage', 'out', 'vendor']);
const TEXT = /\.(ts|tsx|mts|js|mjs|cjs|json|md|css|html|svg|txt|yml|yaml|sh|toml)$/;
const NAMED = /^([A-Z]+|\.ci\/run|\.\w+)$/;
const CODE = /\.(ts|tsx|mts|mjs|js)$/;
const TEST = /\.(test|bench|fixture)\.(ts|tsx|mjs)$|\/testing\//;

/** Every text file as `{ path, text }`, path with forward slashes from the root, sorted. */
export function textFiles(root = ROOT) {
  return walk(root, '')
    .filter((path) => TEXT.test(path) || NAMED.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(`${root}/${path}`, 'utf8') }));
}

/** Every source file of code, tests included. */
export function codeFiles(root = ROOT) {
  return textFiles(root).filter((file) => CODE.test(file.path));
}

/** Whether the file is a test or a bench, which line limits spare. */
export function isTest(path) {
  return TEST.test(path) || path.startsWith('e2e/');
}

/** One file's text, by its path inside the repository. */
export function readText(path) {
  return readFileSync(at(path), 'utf8');
}

function walk(root, folder) {
  const entries = readdirSync(`${root}/${folder}`, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isSymbolicLink() || SKIPPED.has(entry.name)) return [];
    if (entry.isDirectory()) return path === 'media' ? [] : walk(root, path);
    return entry.isFile() ? [path] : [];
  });
}
