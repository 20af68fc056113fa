/**
 * Builds the hls.js plug-in as one file of its own, for pages without a bundler; hls.js itself is
 * not in it.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  publicDir: false,
  build: {
    outDir: at('./dist/bundle'),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    lib: { entry: at('./src/hls/index.ts'), formats: ['es'], fileName: () => 'shoal-hls.js' },
    minify: 'oxc',
    rolldownOptions: {
      external: ['hls.js'],
      output: { chunkFileNames: '[name].js', minify: true },
    },
  },
});
