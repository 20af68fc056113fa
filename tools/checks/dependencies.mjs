/** Dependencies: pinned exactly, from no private host, and none that players run has a script. */
import { readdirSync } from 'node:fs';
import { at } from '../house/root.mjs';
import { readText } from '../house/source-files.mjs';

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

export const name = 'dependencies';

export function check() {
  const manifests = readdirSync(at('packages')).map((folder) => `packages/${folder}/package.json`);
  return [
    ...['package.json', ...manifests].flatMap((path) =>
      pinProblems(path, JSON.parse(readText(path))),
    ),
    ...lockProblems(JSON.parse(readText('package-lock.json'))),
  ];
}

/** Ranges where an exact version belongs; a peer dependency is the host's choice. */
export function pinProblems(path, manifest) {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
  return Object.entries(wanted)
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `${path}:1 pins ${name} loosely (${version})`);
}

/** Runtime packages with install scripts, addresses, and packages that `npm ci` would miss. */
export function lockProblems(lock) {
  return Object.entries(lock.packages).flatMap(([path, meta]) => {
    const problems = [];
    if (meta.hasInstallScript && !meta.dev && !meta.devOptional) {
      problems.push(`package-lock.json:1 ${path} runs a script when it is installed`);
    }
    if (/^(https?|git)/.test(meta.resolved ?? '')) {
      problems.push(`package-lock.json:1 ${path} names the host it came from`);
    }
    for (const name of Object.keys(meta.optionalDependencies ?? {})) {
      if (lock.packages[`${path}/node_modules/${name}`] || lock.packages[`node_modules/${name}`]) {
        continue;
      }
      problems.push(`package-lock.json:1 ${name} of ${path} is missing, so npm ci fails`);
    }
    return problems;
  });
}
