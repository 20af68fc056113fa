/** What is new in a folder since it was last looked through. */
import type { FoundHls, FoundVideo, Scan } from './scan.js';

export interface New {
  readonly hls: readonly FoundHls[];
  readonly videos: readonly FoundVideo[];
}

/**
 * Gives each title once. A video that appears while we run may still be on its way into the
 * folder: it counts when a second look finds it unchanged, or at once when `settled`.
 */
export function createNovelties(): (scan: Scan, settled: boolean) => New {
  const given = new Set<string>();
  let growing = new Map<string, string>();
  return ({ titles }, settled) => {
    const hls: FoundHls[] = [];
    const videos: FoundVideo[] = [];
    const seen = new Map<string, string>();
    for (const title of titles) {
      const id = title.type === 'hls' ? title.url : title.path;
      if (given.has(id)) continue;
      const state = title.type === 'hls' ? '' : `${title.bytes} ${title.changedAt}`;
      seen.set(id, state);
      if (title.type === 'video' && !settled && growing.get(id) !== state) continue;
      given.add(id);
      if (title.type === 'hls') hls.push(title);
      else videos.push(title);
    }
    growing = seen;
    return { hls, videos };
  };
}
