/** Floors: projects reference exactly the rooms they may use, and no import goes up or sideways. */
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { ON_NODE, PACKAGES, ROOMS } from '../house/floors.mjs';
import { at } from '../house/root.mjs';
import { codeFiles, isTest } from '../house/source-files.mjs';
import { importsOf } from '../house/syntax.mjs';

export const name = 'floors';

export function check() {
  return [...referenceProblems(), ...sourceProblems(codeFiles())];
}

/** Projects whose `references` are not those of the floor plan. */
function referenceProblems() {
  const rooms = Object.entries(ROOMS).flatMap(([room, uses]) => {
    const wanted = uses.map((used) => `../${used}`);
    return compare(`packages/core/src/${room}/tsconfig.json`, wanted, wanted);
  });
  const packages = Object.entries(PACKAGES).flatMap(([name, uses]) => {
    if (name === 'core' || name === 'dashboard') return [];
    const allowed = uses.filter((used) => used !== 'core').map((used) => `../${used}`);
    const core = uses.includes('core') ? Object.keys(ROOMS).map((r) => `../core/src/${r}`) : [];
    return compare(`packages/${name}/tsconfig.json`, [], [...allowed, ...core]);
  });
  return [...rooms, ...packages];
}

function compare(path, needed, allowed) {
  if (!existsSync(at(path))) return [`${path}:1 is missing`];
  const { references = [] } = JSON.parse(readFileSync(at(path), 'utf8'));
  const found = references.map((reference) => reference.path);
  return [
    ...found.filter((p) => !allowed.includes(p)).map((p) => `${path}:1 must not reference ${p}`),
    ...needed.filter((p) => !found.includes(p)).map((p) => `${path}:1 must reference ${p}`),
  ];
}

/** Imports in packages that the floor plan forbids; `files` are `{ path, text }`. */
export function sourceProblems(files) {
  return files.flatMap(({ path, text }) => {
    const [top, name, src] = path.split('/');
    if (top !== 'packages' || src !== 'src' || !(name in PACKAGES)) return [];
    return importsOf(path, text).flatMap(({ specifier, line }) => {
      const problem = forbidden(path, name, specifier);
      return problem === undefined ? [] : [`${path}:${line} ${problem} ('${specifier}')`];
    });
  });
}

function forbidden(path, name, specifier) {
  if (specifier.startsWith('.')) return forbiddenRelative(path, name, specifier);
  const [scope, house] = specifier.split('/');
  if (scope === '@shoal') return forbiddenPackage(path, name, house);
  if (isTest(path)) return undefined;
  if (isBuiltin(specifier)) {
    if (!specifier.startsWith('node:')) return 'needs the prefix node:';
    return ON_NODE.includes(name) ? undefined : `${name} does not run on Node.js alone`;
  }
  if (name === 'core') return 'core imports nothing from outside';
  return dependencyNames(name).some((d) => specifier === d || specifier.startsWith(`${d}/`))
    ? undefined
    : `packages/${name}/package.json does not list it`;
}

function forbiddenPackage(path, name, house) {
  if (house === name) return isTest(path) ? undefined : 'a package imports itself by path';
  return PACKAGES[name].includes(house) ? undefined : `${name} may not use ${house}`;
}

function forbiddenRelative(path, name, specifier) {
  const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
  if (!target.startsWith(`packages/${name}/`)) {
    return isTest(path) ? undefined : 'a relative import stays inside its package';
  }
  if (name !== 'core' || isTest(path)) return undefined;
  const [room, used] = [path, target].map((p) => p.split('/')[3]);
  if (room === used) return undefined;
  if (!(ROOMS[room] ?? []).includes(used)) return `room ${room} may not use room ${used}`;
  return target.endsWith(`/${used}/index.js`) ? undefined : 'a room is entered by its index.js';
}

function dependencyNames(name) {
  const manifest = JSON.parse(readFileSync(at('packages', name, 'package.json'), 'utf8'));
  const { dependencies, peerDependencies, devDependencies } = manifest;
  return Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies });
}
