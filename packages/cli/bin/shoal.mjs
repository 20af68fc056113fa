#!/usr/bin/env node
/**
 * The `shoal` command: runs the built program; in a checkout it is built first when it is missing.
 */
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
const tools = new URL('../../../tools/build.mjs', import.meta.url);

try {
  if (!existsSync(main) && existsSync(tools)) {
    process.stderr.write('shoal: first run in this checkout, building ...\n');
    const { build } = await import(tools.href);
    await build({ quiet: true });
  }
  if (!existsSync(main)) throw new Error('the program is not built; install the package again');
} catch (error) {
  process.stderr.write(`shoal: ${error.message}\n`);
  process.exit(1);
}
await import(main.href);
