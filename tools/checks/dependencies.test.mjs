import { expect, test } from 'vitest';
import { lockProblems, pinProblems } from './dependencies.mjs';

test('loose versions are refused, peer dependencies may range', () => {
  const manifest = {
    dependencies: { a: '1.2.3', b: '^1.2.3' },
    devDependencies: { c: 'latest' },
    peerDependencies: { d: '>=1' },
  };
  expect(pinProblems('package.json', manifest)).toHaveLength(2);
});

test('a script at run time, a host and a hole in the lockfile are refused', () => {
  const packages = {
    'node_modules/a': { hasInstallScript: true },
    'node_modules/b': { hasInstallScript: true, dev: true },
    'node_modules/c': { resolved: 'https://packages.example.org/c.tgz' },
    'node_modules/d': { resolved: 'packages/d', link: true },
    'node_modules/e': { optionalDependencies: { a: '1.0.0', f: '1.0.0' } },
  };
  expect(lockProblems({ packages })).toEqual([
    'package-lock.json:1 node_modules/a runs a script when it is installed',
    'package-lock.json:1 node_modules/c names the host it came from',
    'package-lock.json:1 f of node_modules/e is missing, so npm ci fails',
  ]);
});
