import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isInstalled } from './install.mjs';
import { at } from './root.mjs';

let root = '';

beforeEach(() => {
  mkdirSync(at('.cache'), { recursive: true });
  root = mkdtempSync(at('.cache/install-'));
  lock('package-lock.json', '1.0.0');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test('nothing installed, the right version, and a stale one', () => {
  expect(isInstalled(root)).toBe(false);
  mkdirSync(`${root}/node_modules/a`, { recursive: true });
  lock('node_modules/.package-lock.json', '1.0.0');
  expect(isInstalled(root)).toBe(true);
  lock('node_modules/.package-lock.json', '0.9.0');
  expect(isInstalled(root)).toBe(false);
});

test('a deleted package is missed', () => {
  mkdirSync(`${root}/node_modules`);
  lock('node_modules/.package-lock.json', '1.0.0');
  expect(isInstalled(root)).toBe(false);
});

function lock(path, version) {
  const packages = { '': {}, 'node_modules/a': { version }, 'node_modules/b': { optional: true } };
  writeFileSync(`${root}/${path}`, JSON.stringify({ packages }));
}
