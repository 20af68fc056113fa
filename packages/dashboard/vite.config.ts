/** Builds the demo page; every path in it is relative, so that it works below any prefix. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('./demo'),
  base: './',
  build: { outDir: at('./dist/demo'), emptyOutDir: true, assetsDir: 'demo-assets' },
});
