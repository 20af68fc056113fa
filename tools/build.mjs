/** Builds the house: every TypeScript project, then the browser bundles whose sources changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { runNode } from './house/command.mjs';
import { ensureInstalled } from './house/install.mjs';
import { at } from './house/root.mjs';

/** Packages that may have `vite*.config.*` files, with the folders their bundles are made from. */
const BUNDLED = {
  browser: ['packages/core/src', 'packages/host/src', 'packages/browser'],
  dashboard: ['packages/core/src', 'packages/dashboard'],
};

/** Builds what is out of date. Throws one sentence when something does not compile. */
export async function build({ quiet = false } = {}) {
  const say = quiet ? () => {} : console.log;
  await compile(say);
  for (const [name, inputs] of Object.entries(BUNDLED)) {
    for (const config of viteConfigs(name)) await bundle(name, config, inputs, say);
  }
}

/** Compiles every project that changed; gives the compiler's lines when there are errors. */
export async function compile(say = () => {}) {
  const began = Date.now();
  const { code, output } = await runNode(at('node_modules/typescript/bin/tsc'), ['-b']);
  if (code !== 0) throw new Error(`The types do not hold:\n${output.trim()}`);
  say(`types     built in ${seconds(began)}`);
}

async function bundle(name, config, inputs, say) {
  const stampAt = at('packages', name, 'dist', `.${config}.stamp`);
  const stamp = fingerprint([...inputs, 'package-lock.json']);
  if (existsSync(stampAt) && readFileSync(stampAt, 'utf8') === stamp) {
    say(`${name.padEnd(9)} ${config} is up to date`);
    return;
  }
  const began = Date.now();
  const vite = at('node_modules/vite/bin/vite.js');
  const args = ['build', '--config', config, '--logLevel', 'warn'];
  const { code, output } = await runNode(vite, args, { cwd: at('packages', name) });
  if (code !== 0) throw new Error(`packages/${name}/${config} does not build:\n${output.trim()}`);
  mkdirSync(at('packages', name, 'dist'), { recursive: true });
  writeFileSync(stampAt, stamp);
  say(`${name.padEnd(9)} ${config} built in ${seconds(began)}`);
}

function viteConfigs(name) {
  const folder = at('packages', name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /^vite(\..+)?\.config\.(ts|mts|js|mjs)$/.test(file))
    .sort();
}

/**
 * A digest of names, sizes and times of change of all files below `paths`, but for what is built.
 */
function fingerprint(paths) {
  const digest = createHash('sha256');
  const add = (path) => {
    const stat = statSync(path);
    if (!stat.isDirectory()) {
      digest.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
      return;
    }
    for (const entry of readdirSync(path).sort()) {
      if (entry !== 'dist' && entry !== 'node_modules') add(`${path}/${entry}`);
    }
  };
  for (const path of paths) add(at(path));
  return digest.digest('hex');
}

function seconds(began) {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`;
}

if (process.argv[1] === import.meta.filename) {
  try {
    await ensureInstalled();
    await build();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
