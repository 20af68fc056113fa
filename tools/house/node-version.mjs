/** Refuses a Node.js that is too old, in one sentence. Kept in syntax that old versions read. */
import { readFileSync } from 'node:fs';

/**
 * The sentence to print when `version` (as `20.19.0`) is below the floor in package.json, else
 * undefined.
 */
export function tooOld(version = process.versions.node) {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const floor = manifest.engines.node.replace(/[^\d.]/g, '');
  if (compare(version, floor) >= 0) return undefined;
  return `Shoal needs Node.js ${floor} or newer, and this is ${version}: see https://nodejs.org.`;
}

/** Ends the process with that sentence when this Node.js is too old. */
export function requireNode() {
  const sentence = tooOld();
  if (sentence === undefined) return;
  console.error(sentence);
  process.exit(1);
}

function compare(left, right) {
  const [a, b] = [left, right].map((text) => text.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] || 0) - (b[i] || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
