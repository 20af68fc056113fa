/** Minifies chunks with terser, which leaves less to download than the bundler's own minifier. */
import { minify } from 'terser';
import type { Plugin } from 'vite';

/** Runs on what the bundler would write, which prints chunks again after `renderChunk`. */
export const shrink: Plugin = {
  name: 'shrink',
  async generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      const { code = chunk.code } = await minify(chunk.code, {
        module: true,
        ecma: 2020,
        compress: { passes: 2, pure_getters: true },
      });
      chunk.code = code;
    }
  },
};
