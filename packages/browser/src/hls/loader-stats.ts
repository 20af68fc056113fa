/** The figures of one load, in the shape hls.js reads them. */
import type { LoaderStats } from 'hls.js';

export function newStats(): LoaderStats {
  return {
    aborted: false,
    loaded: 0,
    retry: 0,
    total: 0,
    chunkCount: 0,
    bwEstimate: 0,
    loading: { start: 0, first: 0, end: 0 },
    parsing: { start: 0, end: 0 },
    buffering: { start: 0, first: 0, end: 0 },
  };
}

/**
 * Says that `bytes` moved in `transferMs` and are here now. hls.js takes the time from `start`
 * to the end for the time of the transfer, so the wait for bytes that did not exist yet, or were
 * not in a hurry, is not in it.
 */
export function finishStats(stats: LoaderStats, bytes: number, transferMs: number): void {
  const end = performance.now();
  const start = end - transferMs;
  stats.loaded = stats.total = bytes;
  stats.loading = { start, first: start, end };
}
