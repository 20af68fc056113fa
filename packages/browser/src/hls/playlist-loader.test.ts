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

type Written = { url: string; text: string } | number | undefined;

/** `written`: what the session gives, the last of them from then on. */
function setUp(...written: Written[]) {
  const seen: unknown[][] = [];
  const listeners = new Set<() => void>();
  let admit = (): void => {};
  const session = {
    writePlaylist: () => (written.length > 1 ? written.shift() : written[0]),
    onRecorded: (then: () => void) => {
      listeners.add(then);
      return () => void listeners.delete(then);
    },
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
  const record = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const asked = (): boolean => plain !== undefined;
  return { loader, log, seen, did, answer, record, asked, listeners, admit: () => admit() };
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

  it('that is to come is held until its record has come', async () => {
    const { log, record, listeners } = setUp(800, 800, { url: 'u', text: '#EXTM3U' });
    record();
    await vi.advanceTimersByTimeAsync(700);
    expect(log).toEqual([]);
    record();
    // hls.js is not called from within the engine.
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual([['success', { url: 'u', data: '#EXTM3U', code: 200 }]]);
    expect(listeners.size).toBe(0);
  });

  it('whose record is late comes over HTTP', async () => {
    const { asked, listeners } = setUp(800, undefined);
    await vi.advanceTimersByTimeAsync(799);
    expect(asked()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect([asked(), listeners.size]).toEqual([true, 0]);
  });

  it('that is waited for can be aborted or destroyed', async () => {
    for (const end of ['abort', 'destroy'] as const) {
      const { loader, log, asked, record, listeners } = setUp(800, undefined);
      loader[end]();
      record();
      await vi.advanceTimersByTimeAsync(1000);
      expect([asked(), listeners.size]).toEqual([false, 0]);
      expect(log).toEqual(end === 'abort' ? [['abort']] : []);
    }
  });
});
