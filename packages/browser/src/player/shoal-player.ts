/** The custom element: hls.js, Shoal and controls in one tag. */
import Hls from 'hls.js';
import { attachShoal } from '../hls/attach.js';
import type { Shoal, ShoalOptions } from '../hls/options.js';
import { createSharingView, type SharingView } from './sharing-view.js';
import { playerTemplate } from './template.js';

/**
 * `<shoal-player src="…/index.m3u8" autoplay muted>`.
 *
 * Attributes: `src` (an HLS playlist), `tag` (its `#EXT-X-SHOAL` line, where the page knows it),
 * `autoplay`, `muted`, `consent` (`ask`, `granted` or `never`), `minimal` (fewer controls). Events:
 * `shoal-ready` once the engine and hls.js exist, as `event.target.shoal` and `.hls`.
 */
export class ShoalPlayer extends HTMLElement {
  static readonly observedAttributes = ['src', 'muted'];

  /** Engine options for the next `src`; attributes win. */
  options: ShoalOptions = {};
  #hls: Hls | undefined;
  #shoal: Shoal | undefined;
  #view: SharingView | undefined;
  /** An upgraded element is told its attributes before it is told that it is connected. */
  #inPage = false;
  readonly #root: ShadowRoot;
  #busyTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: 'open' });
    this.#root.append(playerTemplate());
    this.video.addEventListener('playing', () => this.#view?.ask());
    for (const type of ['playing', 'pause', 'waiting', 'loadstart', 'ended']) {
      this.video.addEventListener(type, () => {
        this.#showBusy(type === 'waiting' || type === 'loadstart');
      });
    }
    this.video.addEventListener('canplay', () => this.#offerControls(CONTROLS_MS));
    for (const type of ['pointerenter', 'pointerdown', 'focusin', 'keydown']) {
      this.addEventListener(type, showControls, { once: true });
    }
    this.video.addEventListener('durationchange', () => this.#showTimeline());
  }

  /** The stream's engine; undefined before `src` and where the browser plays HLS by itself. */
  get shoal(): Shoal | undefined {
    return this.#shoal;
  }

  get hls(): Hls | undefined {
    return this.#hls;
  }

  get video(): HTMLVideoElement {
    return this.#root.querySelector('video')!;
  }

  connectedCallback(): void {
    this.#inPage = true;
    this.#load();
  }

  disconnectedCallback(): void {
    this.#inPage = false;
    this.#unload();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.#inPage || before === after) return;
    if (name === 'muted') this.video.muted = after !== null;
    else this.#load();
  }

  #load(): void {
    this.#unload();
    if (!this.hasAttribute('autoplay')) this.#offerControls(0);
    const src = this.getAttribute('src');
    if (src === null || src === '') return;
    const { video } = this;
    video.muted = this.hasAttribute('muted');
    video.autoplay = this.hasAttribute('autoplay');
    if (Hls.isSupported()) this.#play(src);
    else video.src = src;
  }

  #play(src: string): void {
    const hls = new Hls();
    this.#hls = hls;
    this.#shoal = attachShoal(hls, { ...this.options, ...this.#consent(), ...this.#tag() });
    this.#shoal.on('ready', () => {
      if (this.#hls !== hls || this.#shoal === undefined) return;
      this.#view = createSharingView(this.#root, this.#shoal);
      if (!this.video.paused) this.#view.ask();
    });
    hls.on(Hls.Events.ERROR, (_name, error) => {
      if (error.fatal) this.#recover(hls, error.type);
    });
    // First: hls.js asks for no segment before its media source is open.
    hls.attachMedia(this.video);
    hls.loadSource(src);
    this.dispatchEvent(new Event('shoal-ready', { bubbles: true }));
  }

  /**
   * What hls.js documents for fatal errors: media errors are recovered once, the network is tried
   * again.
   */
  #recover(hls: Hls, type: string): void {
    if (type === Hls.ErrorTypes.MEDIA_ERROR) {
      hls.recoverMediaError();
      return;
    }
    this.#say('The stream cannot be reached. Trying again…');
    setTimeout(() => {
      if (this.#hls !== hls) return;
      this.#say('');
      if (hls.levels.length > 0) hls.startLoad();
      else this.#load();
    }, RETRY_MS);
  }

  #unload(): void {
    this.#view?.close();
    this.#hls?.destroy();
    this.#shoal?.destroy();
    this.#view = undefined;
    this.#hls = undefined;
    this.#shoal = undefined;
  }

  #consent(): ShoalOptions {
    const value = this.getAttribute('consent');
    return value === 'ask' || value === 'granted' || value === 'never' ? { consent: value } : {};
  }

  #tag(): ShoalOptions {
    const tag = this.getAttribute('tag');
    return tag === null ? {} : { tag };
  }

  #showTimeline(): void {
    const live = this.video.duration === Number.POSITIVE_INFINITY || this.#isLive();
    const show = (selector: string, shown: boolean): void => {
      this.#root.querySelector<HTMLElement>(selector)!.hidden = !shown;
    };
    show('media-live-button', live);
    show('media-time-range', !live);
    show('media-time-display', !live);
    show('.spacer', live);
  }

  #isLive(): boolean {
    const hls = this.#hls;
    return hls?.levels[Math.max(0, hls.currentLevel)]?.details?.live === true;
  }

  /** What could play and does not waits for the viewer: autoplay was refused or not asked for. */
  #offerControls(afterMs: number): void {
    setTimeout(() => this.video.paused && showControls(), afterMs);
  }

  /** A wait worth telling of. It stands still on a machine that is late: turning takes from it. */
  #showBusy(busy: boolean): void {
    clearTimeout(this.#busyTimer);
    this.removeAttribute('busy');
    if (!busy) return;
    const due = performance.now() + BUSY_MS;
    this.#busyTimer = setTimeout(() => {
      this.setAttribute('busy', performance.now() - due > LATE_MS ? 'still' : '');
    }, BUSY_MS);
  }

  #say(text: string): void {
    const fault = this.#root.querySelector<HTMLElement>('.fault')!;
    fault.textContent = text;
    fault.hidden = text === '';
  }
}

/** How long the browser may take to begin what it can play. */
const CONTROLS_MS = 1000;
const BUSY_MS = 1000;
/** A timer that is late by so much has a busy machine under it. */
const LATE_MS = 100;

function showControls(): Promise<unknown> {
  return import('./controls.js');
}

/** Between a fatal network error and the next try. */
const RETRY_MS = 3000;

if (!customElements.get('shoal-player')) customElements.define('shoal-player', ShoalPlayer);

declare global {
  interface HTMLElementTagNameMap {
    'shoal-player': ShoalPlayer;
  }
}
