/** Unit, golden, property and fuzz-replay tests; packages are read from source. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@shoal\/core\/(.*)$/, replacement: `${at('./packages/core/src/')}$1/index.ts` },
      {
        find: /^@shoal\/(host|browser|server)\/(.*)$/,
        replacement: `${at('./packages/')}$1/src/$2/index.ts`,
      },
      {
        find: /^@shoal\/(host|browser|node|sim|server)$/,
        replacement: `${at('./packages/')}$1/src/index.ts`,
      },
    ],
  },
  test: {
    include: [
      'packages/*/{src,demo}/**/*.test.ts',
      'tools/**/*.test.{ts,mjs}',
      'bench/**/*.test.mjs',
    ],
    // Whole swarms are seconds of CPU, on a busy machine a minute; nothing here asserts time.
    testTimeout: 180_000,
  },
});
