/**
 * Builds the hls.js plug-in as one file of its own, for pages without a bundler; hls.js itself is
 * not in it.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { shrink } from './vite-shrink.js';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [shrink],
  publicDir: false,
  build: {
    outDir: at('./dist/bundle'),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    lib: { entry: at('./src/hls/index.ts'), formats: ['es'], fileName: () => 'shoal-hls.js' },
    minify: false,
    rolldownOptions: {
      external: ['hls.js'],
      output: { chunkFileNames: '[name].js' },
    },
  },
});
