/**
 * Builds what the server hands to browsers: the watch page's template and the player element, on
 * the plug-in as it is published, so that what is tested in browsers is what pages load.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const watchPage: Plugin = {
  name: 'watch-page',
  generateBundle() {
    this.emitFile({
      type: 'asset',
      fileName: 'watch.html',
      source: readFileSync(at('./src/watch/watch.html')),
    });
  },
};

export default defineConfig({
  base: './',
  plugins: [watchPage],
  publicDir: false,
  resolve: {
    alias: [{ find: /^\.\.\/hls\/attach\.js$/, replacement: at('./dist/bundle/shoal-hls.js') }],
  },
  build: {
    outDir: at('./dist/web'),
    emptyOutDir: true,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { watch: at('./src/watch/main.ts'), 'shoal-player': at('./src/player/index.ts') },
      preserveEntrySignatures: 'exports-only',
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
});
