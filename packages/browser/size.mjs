/**
 * How large the engine and the hls.js plug-in are, as a page loads them: prints one JSON line,
 * fails when they grow.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** What they should take: bytes after gzip at level 9. */
export const BUDGET = 30_000;

/** What they take until the budget is met; only ever lowered, and gone once it is. */
export const RATCHET = 34_765;

const BUNDLE = fileURLToPath(new URL('./dist/bundle/shoal-hls.js', import.meta.url));

/**
 * Reads the built plug-in. Noble's Ed25519 is a file of its own, which only browsers without that
 * algorithm load, so it is not counted. Throws when the bundle is not built.
 */
export function measure(path = BUNDLE) {
  const bytes = readFileSync(path);
  const { length: gzip } = gzipSync(bytes, { level: 9 });
  return { raw: bytes.length, gzip, budget: BUDGET, ratchet: RATCHET };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = measure();
  console.log(JSON.stringify(size));
  process.exitCode = size.gzip > Math.max(size.budget, size.ratchet) ? 1 : 0;
}
