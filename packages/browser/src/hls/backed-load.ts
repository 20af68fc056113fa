/** What our loaders share: hls.js's own loader, which stands behind each, and how a load is left. */
import type { HttpWhy } from '@shoal/host';
import type {
  HlsConfig,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
  LoaderStats,
} from 'hls.js';
import type { Session } from './session.js';

export type LoadClass<Context extends LoaderContext> = new (
  session: Session,
  plain: Loader<LoaderContext>,
) => Loader<Context>;

/**
 * A class for hls.js, which makes one instance a load and gives it nothing but its configuration.
 * `make` makes the loader that the page configured, or hls.js's default.
 */
export function loaderFor<Context extends LoaderContext>(
  Load: LoadClass<Context>,
  session: Session,
  make: (config: HlsConfig) => Loader<LoaderContext>,
): new (
  config: HlsConfig,
) => Loader<Context> {
  return class extends Load {
    constructor(config: HlsConfig) {
      super(session, make(config));
    }
  };
}

/** hls.js destroys every loader in the end, however its load has gone. */
export abstract class BackedLoad<Context extends LoaderContext> implements Loader<Context> {
  context: Context | null = null;
  /** Those of hls.js's own loader, which writes into them when it loads. */
  stats: LoaderStats;
  protected callbacks: LoaderCallbacks<Context> | undefined;
  /** Takes back what we asked for ourselves. */
  protected withdraw: (() => void) | undefined;
  protected readonly session: Session;
  readonly #plain: Loader<LoaderContext>;
  #isPlain = false;
  /** Why its bytes are media that came over HTTP, until they are counted. */
  #why: HttpWhy | undefined;

  constructor(session: Session, plain: Loader<LoaderContext>) {
    this.session = session;
    this.#plain = plain;
    this.stats = plain.stats;
  }

  load(context: Context, config: LoaderConfiguration, callbacks: LoaderCallbacks<Context>): void {
    this.context = context;
    this.callbacks = callbacks;
    this.begin(context, config, callbacks);
  }

  protected abstract begin(
    context: Context,
    config: LoaderConfiguration,
    callbacks: LoaderCallbacks<Context>,
  ): void;

  abort(): void {
    if (this.#isPlain) {
      this.#plain.abort();
      this.callbacks = undefined;
    } else if (this.context !== null && this.stats.loading.end === 0 && !this.stats.aborted) {
      this.stats.aborted = true;
      this.detach();
      this.callbacks?.onAbort?.(this.stats, this.context, null);
    }
  }

  destroy(): void {
    this.detach();
    this.callbacks = undefined;
    if (this.#why !== undefined) this.session.counters.http(this.#why, this.stats.loaded);
    this.#why = undefined;
    this.#plain.destroy();
    this.context = null;
  }

  getCacheAge(): number | null {
    return this.#plain.getCacheAge?.() ?? null;
  }

  getResponseHeader(name: string): string | null {
    return this.#plain.getResponseHeader?.(name) ?? null;
  }

  protected detach(): void {
    this.withdraw?.();
    this.withdraw = undefined;
  }

  /** Loads as hls.js alone would. `why` undefined: this is no media. */
  protected loadPlain(
    context: Context,
    config: LoaderConfiguration,
    callbacks: LoaderCallbacks<Context>,
    why?: HttpWhy,
  ): void {
    this.#why = why;
    this.#isPlain = true;
    // It takes a load that has a start for one that runs already.
    this.stats.loading.start = 0;
    this.#plain.load(context, config, callbacks as unknown as LoaderCallbacks<LoaderContext>);
  }

  /**
   * Says that `bytes` moved in `transferMs` and are here now. hls.js takes the time from `start` to
   * the end for the time of the transfer, so the wait for bytes that did not exist yet, or were not
   * in a hurry, is not in it.
   */
  protected finish(bytes: number, transferMs: number): void {
    const end = performance.now();
    const start = end - transferMs;
    this.stats.loaded = this.stats.total = bytes;
    this.stats.loading = { start, first: start, end };
  }
}
