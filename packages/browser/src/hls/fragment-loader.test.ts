/** The fragment loader: what hls.js sees of the engine, of plain loads, and of every fault. */
import type { Delivery, WantSink } from '@shoal/host';
import type { FragmentLoaderContext, Loader, LoaderCallbacks, LoaderConfiguration } from 'hls.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loaderFor } from './backed-load.js';
import { FragmentLoad } from './fragment-loader.js';
import { newStats } from './loader-stats.fixture.js';
import type { Session } from './session.js';

const POLICY = {
  loadPolicy: { maxTimeToFirstByteMs: 1000, maxLoadTimeMs: 5000 },
} as LoaderConfiguration;

function delivery(length: number): Delivery {
  const bytes = new Uint8Array(length).fill(9);
  return {
    bytes,
    firstByteAt: 0,
    lastByteAt: 300,
    httpBytes: 0,
    peerBytes: length,
    verified: true,
  };
}

/** A plain loader that tells what was done with it, and answers when told. */
class PlainLoader {
  static made: PlainLoader[] = [];
  stats = newStats();
  context = null;
  callbacks: LoaderCallbacks<FragmentLoaderContext> | undefined;
  did: string[] = [];
  constructor() {
    PlainLoader.made.push(this);
  }
  load(_: unknown, __: unknown, callbacks: LoaderCallbacks<FragmentLoaderContext>): void {
    expect(this.stats.loading.start).toBe(0);
    this.stats.loading.start = performance.now();
    this.callbacks = callbacks;
    this.did.push('load');
  }
  abort(): void {
    this.did.push('abort');
  }
  destroy(): void {
    this.did.push('destroy');
  }
}

function setUp(
  options: { running?: boolean; known?: boolean; init?: ArrayBuffer | undefined } = {},
) {
  const state = { running: options.running ?? true, sink: undefined as WantSink | undefined };
  const withdrawn = vi.fn();
  const counted: [string, number][] = [];
  const session = {
    get engine() {
      return state.running ? {} : undefined;
    },
    nameOf: () =>
      state.running && options.known !== false ? { rendition: 0, sequence: 7 } : undefined,
    want: (_: unknown, __: unknown, sink: WantSink) => {
      state.sink = sink;
      return withdrawn;
    },
    transferMs: () => 300,
    counters: { http: (why: string, bytes: number) => void counted.push([why, bytes]) },
    checkInit: async (_: unknown, data: ArrayBuffer) => ('init' in options ? options.init : data),
  } as unknown as Session;
  PlainLoader.made = [];
  const Class = loaderFor(
    FragmentLoad,
    session,
    () => new PlainLoader() as unknown as Loader<never>,
  );
  const loader = new Class({} as never);
  const log: unknown[][] = [];
  const callbacks = {
    onSuccess: (response: { data: ArrayBuffer }) =>
      void log.push(['success', response.data.byteLength]),
    onError: (error: { code: number }) => void log.push(['error', error.code]),
    onTimeout: () => void log.push(['timeout']),
    onAbort: () => void log.push(['abort']),
  } as unknown as LoaderCallbacks<FragmentLoaderContext>;
  const load = (sn: number | 'initSegment' = 7): void => {
    const context = { url: 'u', frag: { sn }, part: null } as unknown as FragmentLoaderContext;
    loader.load(context, POLICY, callbacks);
  };
  return { loader, load, log, state, counted, withdrawn, plain: () => PlainLoader.made[0] };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a segment of a signed stream', () => {
  it('comes from the engine, with the time its bytes moved', () => {
    const { load, log, state, loader, plain } = setUp();
    load();
    vi.advanceTimersByTime(700);
    state.sink?.delivered(delivery(1000));
    expect(log).toEqual([['success', 1000]]);
    const { loading, loaded, total } = loader.stats;
    expect([loaded, total, loading.end - loading.start, loading.first]).toEqual([
      1000,
      1000,
      300,
      loading.start,
    ]);
    expect(plain()?.did).toEqual([]);
    vi.advanceTimersByTime(20_000);
    expect(log).toHaveLength(1);
  });

  it('shows no byte while it waits, and those of an edge fetch as they come', () => {
    const { load, state, loader } = setUp();
    load();
    expect([loader.stats.loaded, loader.stats.loading.first]).toEqual([0, 0]);
    vi.advanceTimersByTime(100);
    state.sink?.progress?.(500);
    vi.advanceTimersByTime(100);
    state.sink?.progress?.(900);
    const { loaded, loading } = loader.stats;
    expect([loaded, Math.round(loading.first - loading.start)]).toEqual([900, 100]);
  });

  it('fails with the status of the engine while it runs, for hls.js to try again', () => {
    const { load, log, state } = setUp();
    load();
    state.sink?.failed(404);
    expect(log).toEqual([['error', 404]]);
  });

  it('is loaded plainly when the engine breaks meanwhile', () => {
    const { load, log, state, plain } = setUp();
    load();
    state.running = false;
    state.sink?.failed(0);
    expect(plain()?.did).toEqual(['load']);
    plain()?.callbacks?.onSuccess(
      { url: 'u', data: new ArrayBuffer(5) },
      newStats(),
      {} as never,
      null,
    );
    expect(log).toEqual([['success', 5]]);
  });

  it("hangs no longer than hls.js's own policy: first byte, then all", () => {
    const first = setUp();
    first.load();
    vi.advanceTimersByTime(1001);
    expect([first.log, first.withdrawn.mock.calls.length]).toEqual([[['timeout']], 1]);
    const whole = setUp();
    whole.load();
    whole.state.sink?.progress?.(10);
    vi.advanceTimersByTime(4900);
    expect(whole.log).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(whole.log).toEqual([['timeout']]);
  });

  it('is loaded plainly at a second try', () => {
    const { load, loader, plain, counted } = setUp();
    loader.stats.retry = 1;
    load();
    expect(plain()?.did).toEqual(['load']);
    loader.stats.loaded = 44;
    plain()?.callbacks?.onSuccess(
      { url: 'u', data: new ArrayBuffer(44) },
      loader.stats,
      {} as never,
      null,
    );
    loader.destroy();
    expect(counted).toEqual([['rescue', 44]]);
  });

  it('is withdrawn by an abort, which is told once', () => {
    const { load, log, loader, withdrawn } = setUp();
    load();
    loader.abort();
    expect([log, withdrawn.mock.calls.length, loader.stats.aborted]).toEqual([
      [['abort']],
      1,
      true,
    ]);
    vi.advanceTimersByTime(20_000);
    loader.destroy();
    expect([log.length, withdrawn.mock.calls.length]).toEqual([1, 1]);
  });

  it('calls nothing back once destroyed', () => {
    const { load, log, loader, state, withdrawn } = setUp();
    load();
    loader.destroy();
    state.sink?.delivered(delivery(10));
    vi.advanceTimersByTime(20_000);
    expect([log, withdrawn.mock.calls.length]).toEqual([[], 1]);
  });
});

describe('everything else', () => {
  it.each([
    ['without an engine', { running: false }],
    ['of another stream', { known: false }],
  ])('is loaded plainly %s, and counted once', (_, options) => {
    const { load, loader, plain, counted } = setUp(options);
    load();
    loader.stats.loaded = 12;
    plain()?.callbacks?.onError({ code: 500, text: '' }, {} as never, null, newStats());
    loader.destroy();
    loader.destroy();
    expect(counted).toEqual([['plain', 12]]);
    expect(plain()?.did).toEqual(['load', 'destroy', 'destroy']);
  });

  it('is aborted by its own loader', () => {
    const { load, loader, plain } = setUp({ running: false });
    load();
    loader.abort();
    expect(plain()?.did).toEqual(['load', 'abort']);
  });
});

describe('an initialisation section', () => {
  it('is handed over when it is the signed one', async () => {
    const { load, log, plain, loader, counted } = setUp();
    load('initSegment');
    loader.stats.loaded = 8;
    plain()?.callbacks?.onSuccess(
      { url: 'u', data: new ArrayBuffer(8) },
      loader.stats,
      {} as never,
      null,
    );
    await vi.advanceTimersByTimeAsync(1);
    loader.destroy();
    expect([log, counted]).toEqual([[['success', 8]], [['init', 8]]]);
  });

  it('is an error when it is not', async () => {
    const { load, log, plain } = setUp({ init: undefined });
    load('initSegment');
    plain()?.callbacks?.onSuccess(
      { url: 'u', data: new ArrayBuffer(8) },
      newStats(),
      {} as never,
      null,
    );
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual([['error', 0]]);
  });

  it('is not handed over once aborted', async () => {
    const { load, log, plain, loader } = setUp();
    load('initSegment');
    plain()?.callbacks?.onSuccess(
      { url: 'u', data: new ArrayBuffer(8) },
      newStats(),
      {} as never,
      null,
    );
    loader.abort();
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual([]);
  });
});
