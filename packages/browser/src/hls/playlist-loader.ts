/** The loader of playlists: reads what HTTP brings, or writes them from records. */
import type { LoaderCallbacks, LoaderConfiguration, PlaylistLoaderContext } from 'hls.js';
import { BackedLoad } from './backed-load.js';
import type { WrittenPlaylist } from './playlist-book.js';

type Callbacks = LoaderCallbacks<PlaylistLoaderContext>;

export class PlaylistLoad extends BackedLoad<PlaylistLoaderContext> {
  protected begin(
    context: PlaylistLoaderContext,
    config: LoaderConfiguration,
    callbacks: Callbacks,
  ): void {
    const written = this.session.writePlaylist(context);
    if (written) this.#answer(context, written);
    else this.loadPlain(context, config, this.#reading(context, callbacks));
  }

  /** Hands a playlist over once it is read. */
  #reading(context: PlaylistLoaderContext, callbacks: Callbacks): Callbacks {
    return {
      ...callbacks,
      onSuccess: (response, stats, same, details) => {
        const seen = this.session.sawPlaylist(context, response.url, response.data);
        void seen.then(() => {
          if (this.callbacks) callbacks.onSuccess(response, stats, same, details);
        });
      },
    };
  }

  /** In a later turn, as hls.js expects of every loader. */
  #answer(context: PlaylistLoaderContext, { url, text }: WrittenPlaylist): void {
    const timer = setTimeout(() => {
      this.finish(text.length, 0);
      this.callbacks?.onSuccess({ url, data: text, code: 200 }, this.stats, context, null);
    });
    this.withdraw = () => clearTimeout(timer);
  }
}
