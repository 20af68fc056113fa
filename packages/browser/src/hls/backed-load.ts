/** What our loaders share: hls.js's own loader, which stands behind each, and how a load is left. */
import type { HttpWhy } from '@shoal/host';
import type {
  HlsConfig,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
} from 'hls.js';
import { newStats } from './loader-stats.js';
import type { Session } from './session.js';

/** Makes the loader that the page configured, or hls.js's default. */
export type MakeLoader = () => Loader<LoaderContext>;

export type LoadClass<Context extends LoaderContext> = new (
  session: Session,
  make: MakeLoader,
) => Loader<Context>;

/** A class for hls.js, which makes one instance a load and gives it nothing but its configuration. */
export function loaderFor<Context extends LoaderContext>(
  Load: LoadClass<Context>,
  session: Session,
  make: (config: HlsConfig) => Loader<LoaderContext>,
): new (
  config: HlsConfig,
) => Loader<Context> {
  return class extends Load {
    constructor(config: HlsConfig) {
      super(session, () => make(config));
    }
  };
}

/** hls.js destroys every loader in the end, however its load has gone. */
export abstract class BackedLoad<Context extends LoaderContext> implements Loader<Context> {
  context: Context | null = null;
  stats = newStats();
  protected callbacks: LoaderCallbacks<Context> | undefined;
  /** Takes back what we asked for ourselves. */
  protected withdraw: (() => void) | undefined;
  protected readonly session: Session;
  readonly #make: MakeLoader;
  /** hls.js's own loader, once it loads; it writes into our figures. */
  #plain: Loader<LoaderContext> | undefined;
  /** Why its bytes are media that came over HTTP, until they are counted. */
  #why: HttpWhy | undefined;

  constructor(session: Session, make: MakeLoader) {
    this.session = session;
    this.#make = make;
  }

  abstract load(
    context: Context,
    config: LoaderConfiguration,
    callbacks: LoaderCallbacks<Context>,
  ): void;

  abort(): void {
    if (this.#plain) {
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
    this.#plain?.destroy();
    this.context = null;
  }

  getCacheAge(): number | null {
    return this.#plain?.getCacheAge?.() ?? null;
  }

  getResponseHeader(name: string): string | null {
    return this.#plain?.getResponseHeader?.(name) ?? null;
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
    this.stats.loading.start = 0;
    this.#plain = this.#make();
    this.#plain.stats = this.stats;
    this.#plain.load(context, config, callbacks as unknown as LoaderCallbacks<LoaderContext>);
  }
}
