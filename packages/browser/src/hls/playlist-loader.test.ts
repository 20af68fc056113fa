/**
 * The playlist loader: from records when the session can, else over HTTP, read before hls.js reads
 * it.
 */
import type { Loader, LoaderCallbacks, LoaderConfiguration, PlaylistLoaderContext } from 'hls.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loaderFor } from './backed-load.js';
import { newStats } from './loader-stats.fixture.js';
import { PlaylistLoad } from './playlist-loader.js';
import type { Session } from './session.js';

const context = { url: 'u', type: 'level' } as PlaylistLoaderContext;
const policy = {} as LoaderConfiguration;

function setUp(written: { url: string; text: string } | undefined) {
  const seen: unknown[][] = [];
  let admit = (): void => {};
  const session = {
    writePlaylist: () => written,
    sawPlaylist: (_: unknown, url: string, text: string) => {
      seen.push([url, text]);
      return new Promise<void>((resolve) => {
        admit = resolve;
      });
    },
  } as unknown as Session;
  let plain: LoaderCallbacks<PlaylistLoaderContext> | undefined;
  const did: string[] = [];
  const inner = {
    stats: newStats(),
    load: (_: unknown, __: unknown, callbacks: LoaderCallbacks<PlaylistLoaderContext>) => {
      plain = callbacks;
    },
    abort: () => void did.push('abort'),
    destroy: () => void did.push('destroy'),
    getCacheAge: () => (plain ? 3 : null),
  };
  const Class = loaderFor(PlaylistLoad, session, () => inner as unknown as Loader<never>);
  const loader = new Class({} as never);
  const log: unknown[][] = [];
  const callbacks = {
    onSuccess: (response: unknown) => void log.push(['success', response]),
    onError: () => void log.push(['error']),
    onTimeout: () => void log.push(['timeout']),
    onAbort: () => void log.push(['abort']),
  } as unknown as LoaderCallbacks<PlaylistLoaderContext>;
  loader.load(context, policy, callbacks);
  const answer = (): void =>
    plain?.onSuccess({ url: 'redirected', data: '#EXTM3U' }, loader.stats, context, null);
  return { loader, log, seen, did, answer, admit: () => admit() };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a playlist', () => {
  it('from records comes in a later turn, as if from where it came first', async () => {
    const { log, loader } = setUp({ url: 'redirected', text: '#EXTM3U' });
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual([['success', { url: 'redirected', data: '#EXTM3U', code: 200 }]]);
    expect(loader.stats.loading.end).toBeGreaterThanOrEqual(loader.stats.loading.start);
    expect(loader.getCacheAge?.()).toBeNull();
  });

  it('from records can be aborted', async () => {
    const { log, loader } = setUp({ url: 'u', text: '#EXTM3U' });
    loader.abort();
    await vi.advanceTimersByTimeAsync(10);
    expect(log).toEqual([['abort']]);
  });

  it('over HTTP is read before hls.js reads it', async () => {
    const { log, seen, answer, admit, loader } = setUp(undefined);
    answer();
    await vi.advanceTimersByTimeAsync(5);
    expect([log, seen]).toEqual([[], [['redirected', '#EXTM3U']]]);
    admit();
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual([['success', { url: 'redirected', data: '#EXTM3U' }]]);
    expect(loader.getCacheAge?.()).toBe(3);
  });

  it('over HTTP is dropped when aborted or destroyed while it is read', async () => {
    for (const end of ['abort', 'destroy'] as const) {
      const { log, answer, admit, loader, did } = setUp(undefined);
      answer();
      loader[end]();
      admit();
      await vi.advanceTimersByTimeAsync(1);
      expect([log, did]).toEqual([[], [end]]);
    }
  });
});
