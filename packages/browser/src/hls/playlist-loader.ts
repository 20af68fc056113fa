/** The loader of playlists: reads what HTTP brings, or writes them from records as they come. */
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
    this.#write(context, () => this.loadPlain(context, config, this.#reading(context, callbacks)));
  }

  /** Holds what asks for a part to come until its record has come, or is late: then HTTP is asked. */
  #write(context: PlaylistLoaderContext, loadPlain: () => void): void {
    this.detach();
    const written = this.session.writePlaylist(context);
    if (written === undefined) loadPlain();
    else if (typeof written === 'object') this.#answer(context, written);
    else {
      const again = (): void => {
        if (this.withdraw) this.#write(context, loadPlain);
      };
      const undo = this.session.onRecorded(again);
      const timer = setTimeout(again, written);
      this.withdraw = () => {
        undo();
        clearTimeout(timer);
      };
    }
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
