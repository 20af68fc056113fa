/** Minifies chunks further than the bundler's own minifier does. */
import { type MinifyOptions, minify } from 'terser';
import { minifySync, type Plugin } from 'vite';
import { privateNames } from './vite-names.js';
import { quiet } from './vite-quiet.js';
import { propertyNames, shortenWords, shortNames } from './vite-shorten.js';

const OPTIONS: MinifyOptions = {
  module: true,
  ecma: 2020,
  // No function of ours is called with `new`: what is made so is a class. None compares objects.
  compress: {
    passes: 3,
    unsafe_comps: true,
    pure_getters: true,
    inline: 1,
    unsafe_arrows: true,
    lhs_constants: false,
  },
};

/**
 * Runs on what the bundler would write, which prints chunks again after `renderChunk`. Each of the
 * two minifiers finds what the other leaves.
 */
export const shrink: Plugin = {
  name: 'shrink',
  async generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      const once = chunk.isEntry ? await shortened(chunk.code) : await terser(chunk.code, OPTIONS);
      const twice = await terser(oxc(once), OPTIONS);
      chunk.code = oxc(twice);
    }
  },
};

/** Only the entry has names of ours: it imports its other chunk as strangers do. */
async function shortened(code: string): Promise<string> {
  const said = quiet(code);
  const short = await shortNames(said, privateNames(said));
  return terser(shortenWords(said, short), { ...OPTIONS, ...propertyNames(short) });
}

async function terser(code: string, options: MinifyOptions): Promise<string> {
  return (await minify(code, options)).code ?? code;
}

function oxc(code: string): string {
  return minifySync('chunk.js', code, { module: true, mangle: { toplevel: true } }).code;
}
