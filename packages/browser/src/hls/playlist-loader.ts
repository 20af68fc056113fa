/** The loader of playlists: reads what HTTP brings, or writes them from records. */
import type {
  HlsConfig,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  PlaylistLoaderConstructor,
  PlaylistLoaderContext,
} from 'hls.js';
import { newStats } from './loader-stats.js';
import { type MakeLoader, type PlainLoad, plainLoad } from './plain-load.js';
import type { WrittenPlaylist } from './playlist-book.js';
import type { Session } from './session.js';

type Callbacks = LoaderCallbacks<PlaylistLoaderContext>;

/** A class, since hls.js makes one instance a load. `make` makes hls.js's own loader. */
export function playlistLoader(session: Session, make: MakeLoader): PlaylistLoaderConstructor {
  return class extends PlaylistLoad {
    constructor(config: HlsConfig) {
      super(session, () => make(config));
    }
  };
}

class PlaylistLoad implements Loader<PlaylistLoaderContext> {
  context: PlaylistLoaderContext | null = null;
  stats = newStats();
  readonly #session: Session;
  readonly #make: () => ReturnType<MakeLoader>;
  #callbacks: Callbacks | undefined;
  #plain: PlainLoad | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Session, make: () => ReturnType<MakeLoader>) {
    this.#session = session;
    this.#make = make;
  }

  load(context: PlaylistLoaderContext, config: LoaderConfiguration, callbacks: Callbacks): void {
    this.context = context;
    this.#callbacks = callbacks;
    const written = this.#session.writePlaylist(context);
    if (written === undefined) this.#fetch(context, config, callbacks);
    else this.#answer(context, written);
  }

  abort(): void {
    if (this.#plain !== undefined) {
      this.#plain.abort();
      this.#callbacks = undefined;
    } else if (this.context !== null && this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.stats.aborted = true;
      this.#callbacks?.onAbort?.(this.stats, this.context, null);
    }
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

  #fetch(context: PlaylistLoaderContext, config: LoaderConfiguration, callbacks: Callbacks): void {
    const reading: Callbacks = {
      ...callbacks,
      onSuccess: (response, stats, same, details) => {
        const seen = this.#session.sawPlaylist(context, response.url, response.data);
        void seen.then(() => {
          if (this.#callbacks !== undefined) callbacks.onSuccess(response, stats, same, details);
        });
      },
    };
    this.#plain = plainLoad(this.#make(), this.stats, context, config, reading, () => {});
  }

  /** In a later turn, as hls.js expects of every loader. */
  #answer(context: PlaylistLoaderContext, { url, text }: WrittenPlaylist): void {
    const { loading } = this.stats;
    loading.start = loading.first = performance.now();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      loading.end = performance.now();
      this.stats.loaded = this.stats.total = text.length;
      this.#callbacks?.onSuccess({ url, data: text, code: 200 }, this.stats, context, null);
    }, 0);
  }
}
