/** Attaches Shoal to an hls.js instance. */
import { parseShoalTag } from '@shoal/core/media';
import { createCounters, createEmitter, type Engine } from '@shoal/host';
import type Hls from 'hls.js';
import type { HlsConfig, Loader, LoaderContext } from 'hls.js';
import { createConsent } from '../consent/consent.js';
import { createPageStore } from '../consent/page-store.js';
import { createUploadLedger, type UploadLedger } from '../consent/upload-ledger.js';
import { DEFAULT_UPLOADS } from '../consent/upload-policy.js';
import { watchUploads } from '../consent/upload-watch.js';
import { browserCrypto } from '../ports/crypto.js';
import { freshBody } from '../ports/fresh-body.js';
import { type LoadClass, loaderFor } from './backed-load.js';
import { FragmentLoad } from './fragment-loader.js';
import { nudgeLiveStart } from './live-start.js';
import { openEngine } from './open-engine.js';
import type { Shoal, ShoalEvents, ShoalOptions } from './options.js';
import { watchPlayback } from './playback.js';
import { PlaylistLoad } from './playlist-loader.js';
import { Session } from './session.js';

/**
 * Call right after `new Hls()`, before `loadSource`. Without a signed playlist, or after any fault
 * of ours, hls.js plays as it would alone.
 */
export function attachShoal(hls: Hls, options: ShoalOptions = {}): Shoal {
  const emitter = createEmitter<ShoalEvents>(surface);
  const counters = createCounters();
  const store = createPageStore(() => localStorage);
  const ledger = createUploadLedger(
    store,
    () => counters.read().uploaded,
    () => new Date().toISOString().slice(0, 10),
  );
  const { consent, assume } = createConsent(options.consent ?? 'ask', store, (state) => {
    session.engine?.consent(state);
    emitter.emit('consent', { state });
  });
  let unwatch = (): void => {};
  const session: Session = new Session({
    emitter,
    counters,
    open: (tag, url) => openEngine(tag, url, { book: session.book, options, emitter, counters }),
    opened(engine, { name, consentAssumed }) {
      unwatch();
      unwatch = serve(engine, options, ledger);
      engine.consent(consent.state);
      if (consentAssumed === true) assume();
      emitter.emit('ready', { name });
    },
    firstLive: (text) => nudgeLiveStart(hls, text),
    digest: browserCrypto().digest,
    fresh: freshBody,
    fault: surface,
    writePlaylists: options.playlists !== false,
  });
  const once = (name: string, then: () => void): void => hls.once(name as never, then as never);
  once('hlsMediaAttaching', () => {
    session.attached = new Promise((resolve) => once('hlsMediaAttached', resolve));
  });
  const tag = parseShoalTag(options.tag ?? '');
  once('hlsManifestLoading', () => {
    if (tag) whenCalm(() => session.start(tag, hls.url!));
  });
  const undo = [
    useLoader(hls.config, 'fLoader', FragmentLoad, session),
    useLoader(hls.config, 'pLoader', PlaylistLoad, session),
    watchPlayback(hls, session),
  ];
  const destroy = (): void => {
    for (const stop of undo.splice(0)) stop();
    unwatch();
    session.close();
    emitter.clear();
  };
  once('hlsDestroying', destroy);
  return {
    on: emitter.on,
    stats: () => session.stats(),
    why: () => session.stats().why,
    consent,
    destroy,
  };
}

/** In the next turn, unless it is late in coming: then the playlist is first. */
function whenCalm(then: () => void): void {
  const since = performance.now();
  setTimeout(() => performance.now() - since < CALM_MS && then());
}

/** A turn that takes longer has a busy machine under it. */
const CALM_MS = 150;

/** To the page's console, as an error nobody caught, and in nobody's way. */
function surface(thrown: unknown): void {
  queueMicrotask(() => {
    throw thrown;
  });
}

/**
 * hls.js takes its loaders from its configuration at every load, so it plays on when they are taken
 * away.
 */
function useLoader<Name extends 'fLoader' | 'pLoader', Context extends LoaderContext>(
  config: HlsConfig,
  name: Name,
  Load: LoadClass<Context>,
  session: Session,
): () => void {
  const before = config[name];
  const Plain = before ?? config.loader;
  const ours = loaderFor(Load, session, (given) => new Plain(given) as Loader<LoaderContext>);
  config[name] = ours as unknown as typeof before;
  return () => {
    if (config[name] === (ours as unknown)) config[name] = before;
  };
}

/** Keeps the engine's uploads within what the viewer's device and the page allow. */
function serve(engine: Engine, { uploads }: ShoalOptions, ledger: UploadLedger): () => void {
  const config = { ...DEFAULT_UPLOADS, ...uploads };
  return watchUploads(config, ledger, (on) => engine.uploads(on, uploads?.rateMax ?? 0));
}
