/** Where the repository is, and paths inside it. */
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');

/** An absolute path from one inside the repository. */
export function at(...parts) {
  return resolve(ROOT, ...parts);
}

/** A path inside the repository, with forward slashes, as checks print it. */
export function named(path) {
  return relative(ROOT, path).split(sep).join('/');
}
