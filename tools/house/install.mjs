/** Installs the dependencies when what is installed is not what the lockfile says. */
import { existsSync, readFileSync } from 'node:fs';
import { run } from './command.mjs';
import { at } from './root.mjs';

/** Whether every required package of the lockfile is installed in its version. */
export function isInstalled(root = at()) {
  const installedAt = `${root}/node_modules/.package-lock.json`;
  if (!existsSync(installedAt)) return false;
  const wanted = readPackages(`${root}/package-lock.json`);
  const present = readPackages(installedAt);
  return Object.entries(wanted).every(([path, meta]) => {
    if (!path.startsWith('node_modules/') || meta.optional || meta.link) return true;
    return present[path]?.version === meta.version && existsSync(`${root}/${path}`);
  });
}

/** Runs `npm ci` when needed; throws one sentence when it fails. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.log('Installing the dependencies (npm ci)…');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { code } = await run(npm, ['ci', '--no-audit', '--no-fund'], { show: true });
  if (code !== 0) throw new Error('npm ci failed: is the package registry reachable?');
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}
