/** The public HTTP cache tests (cache-tests.fyi), installed without running any of its scripts. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export const VERSION = '0.4.5';
const CACHE = fileURLToPath(new URL('./.cache/', import.meta.url));

/** Where the package is; installed when it is not there yet. */
export async function prepareSuite(log = () => {}) {
  const folder = join(CACHE, 'node_modules', 'http-cache-tests');
  if (existsSync(folder)) return folder;
  log(`installing http-cache-tests ${VERSION} into the bench's cache (once)`);
  await mkdir(CACHE, { recursive: true });
  await writeFile(join(CACHE, 'package.json'), '{"name":"bench-http-cache","private":true}\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
  const args = ['install', ...flags, `http-cache-tests@${VERSION}`];
  await promisify(execFile)('npm', args, { cwd: CACHE });
  return folder;
}

/** All tests that are for a shared cache: `{ id, kind, name, suite }`. */
export async function testsOf(folder) {
  const load = async (path) => (await import(pathToFileURL(join(folder, path)).href)).default;
  const suites = await load('tests/index.mjs');
  return suites.flatMap(({ id: suite, tests }) =>
    tests
      .filter((test) => test.browser_only !== true)
      .map(({ id, kind = 'required', name }) => ({ id, kind, name, suite })),
  );
}

/** What the package's authors measured of another cache; a test it lacks was not run. */
export async function publishedOf(folder, name) {
  const path = pathToFileURL(join(folder, 'results', `${name}.json`)).href;
  return (await import(path, { with: { type: 'json' } })).default;
}
