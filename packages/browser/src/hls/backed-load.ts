/** What our loaders share: hls.js's own loader, which stands behind each, and how a load is left. */
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
export type MakeLoader = (config: HlsConfig) => Loader<LoaderContext>;

export abstract class BackedLoad<Context extends LoaderContext> implements Loader<Context> {
  context: Context | null = null;
  stats = newStats();
  protected callbacks: LoaderCallbacks<Context> | undefined;
  /** Takes back what we asked for ourselves. */
  protected withdraw: (() => void) | undefined;
  protected readonly session: Session;
  readonly #make: MakeLoader;
  readonly #config: HlsConfig;
  /** hls.js's own loader, once it loads; it writes into our figures. */
  #plain: Loader<LoaderContext> | undefined;
  /** Tells of the bytes that came over HTTP, once. */
  #count = (): void => {};

  /** `make` makes hls.js's own loader, from the configuration that hls.js gives. */
  constructor(session: Session, make: MakeLoader, config: HlsConfig) {
    this.session = session;
    this.#make = make;
    this.#config = config;
  }

  abstract load(
    context: Context,
    config: LoaderConfiguration,
    callbacks: LoaderCallbacks<Context>,
  ): void;

  abort(): void {
    this.#count();
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
    this.#count();
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

  /** Loads as hls.js alone would. `used`: bytes that came, told once. */
  protected loadPlain(
    context: Context,
    config: LoaderConfiguration,
    callbacks: LoaderCallbacks<Context>,
    used: (bytes: number) => void,
  ): void {
    const { stats } = this;
    const counted = { ...callbacks };
    this.#count = () => {
      this.#count = () => {};
      used(stats.loaded);
    };
    for (const name of ['onSuccess', 'onError', 'onTimeout'] as const) {
      counted[name] = (...told: unknown[]) => {
        this.#count();
        (callbacks[name] as (...told: unknown[]) => void)(...told);
      };
    }
    stats.loading.start = 0;
    this.#plain = this.#make(this.#config);
    this.#plain.stats = stats;
    this.#plain.load(context, config, counted as unknown as LoaderCallbacks<LoaderContext>);
  }
}
