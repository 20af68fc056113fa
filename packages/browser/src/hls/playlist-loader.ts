/**
 * The loader of playlists: reads what HTTP brings, and in a healthy swarm writes them from records
 * instead.
 */
import type {
  HlsConfig,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
  PlaylistLoaderConstructor,
  PlaylistLoaderContext,
} from 'hls.js';
import { newStats } from './loader-stats.js';
import { type PlainLoad, plainLoad } from './plain-load.js';
import type { WrittenPlaylist } from './playlist-book.js';
import type { Session } from './session.js';

type Callbacks = LoaderCallbacks<PlaylistLoaderContext>;

export function playlistLoader(
  session: Session,
  make: (config: HlsConfig) => Loader<LoaderContext>,
): PlaylistLoaderConstructor {
  return class ShoalPlaylistLoader implements Loader<PlaylistLoaderContext> {
    context: PlaylistLoaderContext | null = null;
    stats = newStats();
    readonly #config: HlsConfig;
    #callbacks: Callbacks | undefined;
    #plain: PlainLoad | undefined;
    #timer: ReturnType<typeof setTimeout> | undefined;

    constructor(config: HlsConfig) {
      this.#config = config;
    }

    load(context: PlaylistLoaderContext, config: LoaderConfiguration, callbacks: Callbacks): void {
      this.context = context;
      this.#callbacks = callbacks;
      const written = session.writePlaylist(context);
      if (written === undefined) this.#fetch(context, config, callbacks);
      else this.#answer(context, written);
    }

    abort(): void {
      if (this.#plain !== undefined) {
        this.#plain.abort();
        this.#callbacks = undefined;
        return;
      }
      if (this.context === null || this.#timer === undefined) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.stats.aborted = true;
      this.#callbacks?.onAbort?.(this.stats, this.context, null);
    }

    destroy(): void {
      clearTimeout(this.#timer);
      this.#callbacks = undefined;
      this.#plain?.destroy();
      this.context = null;
    }

    getCacheAge(): number | null {
      return this.#plain?.getCacheAge() ?? null;
    }

    getResponseHeader(name: string): string | null {
      return this.#plain?.getResponseHeader(name) ?? null;
    }

    #fetch(
      context: PlaylistLoaderContext,
      config: LoaderConfiguration,
      callbacks: Callbacks,
    ): void {
      const reading: Callbacks = {
        ...callbacks,
        onSuccess: (response, stats, same, details) => {
          const seen = session.sawPlaylist(context, response.url, response.data);
          void seen.then(() => {
            if (this.#callbacks !== undefined) callbacks.onSuccess(response, stats, same, details);
          });
        },
      };
      const loader = (): Loader<LoaderContext> => make(this.#config);
      this.#plain = plainLoad(loader, this.stats, context, config, reading, () => {});
    }

    /** In a later turn, as hls.js expects of every loader. */
    #answer(context: PlaylistLoaderContext, { url, text }: WrittenPlaylist): void {
      const { loading } = this.stats;
      loading.start = loading.first = performance.now();
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        loading.end = performance.now();
        this.stats.loaded = this.stats.total = text.length;
        const response = { url, data: text, code: 200 };
        this.#callbacks?.onSuccess(response, this.stats, context, null);
      }, 0);
    }
  };
}
