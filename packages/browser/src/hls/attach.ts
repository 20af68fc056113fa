/** Attaches Shoal to an hls.js instance. */
import { createEmitter, ENGINE_EVENTS, type Engine } from '@shoal/host';
import type Hls from 'hls.js';
import type { HlsConfig, Loader, LoaderContext } from 'hls.js';
import { type AnswerStore, type ConsentState, createConsent } from '../consent/consent.js';
import { createUploadLedger } from '../consent/upload-ledger.js';
import { DEFAULT_UPLOADS } from '../consent/upload-policy.js';
import { watchUploads } from '../consent/upload-watch.js';
import { browserCrypto } from '../ports/crypto.js';
import { freshBody } from '../ports/fresh-body.js';
import { fragmentLoader } from './fragment-loader.js';
import { nudgeLiveStart } from './live-start.js';
import { openEngine } from './open-engine.js';
import type { Shoal, ShoalEvents, ShoalOptions } from './options.js';
import { watchPlayback } from './playback.js';
import { playlistLoader } from './playlist-loader.js';
import { Session } from './session.js';

/**
 * Call right after `new Hls()`, before `loadSource`. Without a signed playlist, or after any fault
 * of ours, hls.js plays as it would alone.
 */
export function attachShoal(hls: Hls, options: ShoalOptions = {}): Shoal {
  const emitter = createEmitter<ShoalEvents>(surface);
  const store = browserStore();
  const consent = createConsent(options.consent ?? 'ask', store, (state) => {
    session.engine?.consent(grantOf(state));
    emitter.emit('consent', { state });
  });
  const session: Session = new Session({
    open: (tag, url) => openEngine(tag, url, session.book, options),
    opened(engine, { name, consentAssumed }) {
      undo.push(serve(engine, options, store));
      for (const type of ENGINE_EVENTS) engine.on(type, (event) => emitter.emit(type, event));
      engine.consent(grantOf(consent.state));
      if (consentAssumed === true) consent.assume();
      emitter.emit('ready', { name });
    },
    playlist: (from, url) => emitter.emit('playlist', { from, url }),
    firstLive: (text) => nudgeLiveStart(hls, text),
    digest: browserCrypto().digest,
    fresh: freshBody,
    fault: surface,
    writePlaylists: options.playlists !== false,
  });
  const undo = [
    useLoaders(hls, session),
    watchPlayback(hls, session.book, {
      follow: (lists) => session.follow(lists),
      playback: (playback) => session.engine?.playback(playback),
    }),
  ];
  const destroy = (): void => {
    for (const stop of undo.splice(0)) stop();
    session.close();
    emitter.clear();
  };
  hls.once('hlsDestroying' as never, destroy as never);
  return {
    on: emitter.on,
    stats: () => session.stats(),
    why: () => session.stats().why,
    consent: {
      get state() {
        return consent.state;
      },
      grant: consent.grant,
      revoke: consent.revoke,
    },
    destroy,
  };
}

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
function useLoaders(hls: Hls, session: Session): () => void {
  const { config } = hls;
  const { fLoader, pLoader, loader: Default } = config;
  const make =
    (Chosen: typeof fLoader | typeof pLoader) =>
    (given: HlsConfig): Loader<LoaderContext> =>
      new (Chosen ?? Default)(given) as Loader<LoaderContext>;
  const fragments = fragmentLoader(session, make(fLoader));
  const playlists = playlistLoader(session, make(pLoader));
  config.fLoader = fragments;
  config.pLoader = playlists;
  return () => {
    if (config.fLoader === fragments) restore(config, 'fLoader', fLoader);
    if (config.pLoader === playlists) restore(config, 'pLoader', pLoader);
  };
}

function restore<Name extends 'fLoader' | 'pLoader'>(
  config: HlsConfig,
  name: Name,
  before: HlsConfig[Name] | undefined,
): void {
  if (before === undefined) delete config[name];
  else config[name] = before;
}

/** Keeps the engine's uploads within what the viewer's device and the page allow. */
function serve(engine: Engine, options: ShoalOptions, store: AnswerStore | undefined): () => void {
  const ledger = createUploadLedger(store, () => new Date().toISOString().slice(0, 10));
  engine.on('piece-sent', ({ bytes }) => ledger.add(bytes));
  const rateMax = options.uploads?.rateMax ?? 0;
  const config = { ...DEFAULT_UPLOADS, ...options.uploads };
  return watchUploads(config, ledger, (on) => engine.uploads(on, rateMax));
}

function grantOf(state: ConsentState): boolean | undefined {
  return state === 'unasked' ? undefined : state === 'granted';
}

/** Undefined where the browser forbids storage. */
function browserStore(): AnswerStore | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
