/** A source over HTTP whose segments also lie in a folder here: what is there is not fetched. */
import { pathToFileURL } from 'node:url';
import { createFolderSource } from './folder-source.js';
import type { Source } from './source.js';

/** `folder` holds what the web shows below the folder of `playlistUrl`. */
export function createMirrorSource(upstream: Source, folder: string, playlistUrl: string): Source {
  const files = createFolderSource(folder);
  const there = new URL('.', playlistUrl).href;
  const here = pathToFileURL(`${folder}/`).href;
  return {
    playlist: (url, seen, signal) => upstream.playlist(url, seen, signal),
    open: async (url, slice, signal) => {
      if (url.startsWith(there)) {
        const found = await files.open(here + url.slice(there.length), slice, signal);
        if (found.status === 200) return found;
      }
      return upstream.open(url, slice, signal);
    },
  };
}
