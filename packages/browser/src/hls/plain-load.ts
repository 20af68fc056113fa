/** Loads as hls.js alone would: with its own loader, which writes into our figures. */
import type {
  HlsConfig,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
  LoaderStats,
} from 'hls.js';

export interface PlainLoad {
  abort(): void;
  destroy(): void;
  getCacheAge(): number | null;
  getResponseHeader(name: string): string | null;
}

/** Makes the loader that the page configured, or hls.js's default. */
export type MakeLoader = (config: HlsConfig) => Loader<LoaderContext>;

/** `used`: bytes that came, told once. */
export function plainLoad<Context extends LoaderContext>(
  loader: Loader<LoaderContext>,
  stats: LoaderStats,
  context: Context,
  config: LoaderConfiguration,
  callbacks: LoaderCallbacks<Context>,
  used: (bytes: number) => void,
): PlainLoad {
  const inner = loader as unknown as Loader<Context>;
  let counted = false;
  const count = (): void => {
    if (!counted) used(stats.loaded);
    counted = true;
  };
  stats.loading.start = 0;
  inner.stats = stats;
  inner.load(context, config, {
    ...callbacks,
    onSuccess(response, figures, same, details) {
      count();
      callbacks.onSuccess(response, figures, same, details);
    },
    onError(error, same, details, figures) {
      count();
      callbacks.onError(error, same, details, figures);
    },
    onTimeout(figures, same, details) {
      count();
      callbacks.onTimeout(figures, same, details);
    },
  });
  return {
    abort() {
      count();
      inner.abort();
    },
    destroy() {
      count();
      inner.destroy();
    },
    getCacheAge: () => inner.getCacheAge?.() ?? null,
    getResponseHeader: (name) => inner.getResponseHeader?.(name) ?? null,
  };
}
