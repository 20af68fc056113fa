/** The loader of playlists: reads what HTTP brings, or writes them from records. */
import type {
  HlsConfig,
  LoaderCallbacks,
  LoaderConfiguration,
  PlaylistLoaderConstructor,
  PlaylistLoaderContext,
} from 'hls.js';
import { BackedLoad, type MakeLoader } from './backed-load.js';
import type { WrittenPlaylist } from './playlist-book.js';
import type { Session } from './session.js';

type Callbacks = LoaderCallbacks<PlaylistLoaderContext>;

/** A class, since hls.js makes one instance a load. `make` makes hls.js's own loader. */
export function playlistLoader(session: Session, make: MakeLoader): PlaylistLoaderConstructor {
  return class extends PlaylistLoad {
    constructor(config: HlsConfig) {
      super(session, make, config);
    }
  };
}

class PlaylistLoad extends BackedLoad<PlaylistLoaderContext> {
  load(context: PlaylistLoaderContext, config: LoaderConfiguration, callbacks: Callbacks): void {
    this.context = context;
    this.callbacks = callbacks;
    const written = this.session.writePlaylist(context);
    if (!written) this.#fetch(context, config, callbacks);
    else this.#answer(context, written);
  }

  #fetch(context: PlaylistLoaderContext, config: LoaderConfiguration, callbacks: Callbacks): void {
    const reading: Callbacks = {
      ...callbacks,
      onSuccess: (response, stats, same, details) => {
        const seen = this.session.sawPlaylist(context, response.url, response.data);
        void seen.then(() => {
          if (this.callbacks) callbacks.onSuccess(response, stats, same, details);
        });
      },
    };
    this.loadPlain(context, config, reading, () => {});
  }

  /** In a later turn, as hls.js expects of every loader. */
  #answer(context: PlaylistLoaderContext, { url, text }: WrittenPlaylist): void {
    const { loading } = this.stats;
    loading.start = loading.first = performance.now();
    const timer = setTimeout(() => {
      loading.end = performance.now();
      this.stats.loaded = this.stats.total = text.length;
      this.callbacks?.onSuccess({ url, data: text, code: 200 }, this.stats, context, null);
    }, 0);
    this.withdraw = () => clearTimeout(timer);
  }
}
