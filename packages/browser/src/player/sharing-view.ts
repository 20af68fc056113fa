/**
 * Everything about sharing that the viewer sees: the question, the chip with bytes sent, and the
 * card behind it.
 */
import { whyText } from '@shoal/host';
import type { Shoal } from '../hls/options.js';
import { bytesText } from './bytes-text.js';

/**
 * How often the counts are read again while the card is open. The chip alone changes a fifth as
 * often: every change is a frame laid out and drawn, on every viewer's machine.
 */
const REFRESH_MS = 1000;
const CHIP_EVERY = 5;

export interface SharingView {
  /**
   * Shows the question if it is still open; called once playback runs, so that it never delays it.
   */
  ask(): void;
  close(): void;
}

/** Binds the markup below `root` to one stream's engine. */
export function createSharingView(root: ShadowRoot, shoal: Shoal): SharingView {
  const at = <E extends HTMLElement>(selector: string): E => root.querySelector<E>(selector)!;
  const [chip, card, ask] = [at('.chip'), at('.card'), at('.ask')];
  /** The same text again would be laid out and drawn again. */
  const write = (selector: string, text: string): void => {
    const element = at(selector);
    if (element.textContent !== text) element.textContent = text;
  };
  const listeners = new AbortController();
  const { signal } = listeners;
  let playing = false;

  const refresh = (): void => {
    const { state } = shoal.consent;
    ask.hidden = !(playing && state === 'unasked');
    chip.hidden = !(playing && state !== 'unasked');
    if (chip.hidden) return;
    const stats = shoal.stats();
    const sharing = state === 'granted';
    chip.classList.toggle('on', sharing);
    write('.count', sharing ? `${bytesText(stats.uploaded)} shared` : 'Sharing is off');
    if (card.hidden) return;
    write('.sent', bytesText(stats.uploaded));
    write('.received', bytesText(stats.p2p));
    write('.edge', bytesText(stats.http));
    write('.peers', String(stats.peers));
    write('.why', whyText(stats.why));
    write('.toggle', sharing ? 'Stop sharing' : 'Share with other viewers');
  };
  const open = (shown: boolean): void => {
    card.hidden = !shown;
    chip.setAttribute('aria-expanded', String(shown));
    refresh();
  };
  const answer = (granted: boolean): void => {
    if (granted) shoal.consent.grant();
    else shoal.consent.revoke();
    refresh();
  };

  at('.grant').addEventListener('click', () => answer(true), { signal });
  at('.refuse').addEventListener('click', () => answer(false), { signal });
  at('.toggle').addEventListener('click', () => answer(shoal.consent.state !== 'granted'), {
    signal,
  });
  chip.addEventListener('click', () => open(card.hidden !== false), { signal });
  root.addEventListener(
    'keydown',
    (event) => {
      if ((event as KeyboardEvent).key === 'Escape') open(false);
    },
    { signal },
  );
  const isNews = (): boolean =>
    !card.hidden || chip.classList.contains('on') !== (shoal.consent.state === 'granted');
  const timer = setInterval(rarely(isNews, refresh), REFRESH_MS);
  return {
    ask: () => {
      playing = true;
      refresh();
    },
    close: () => {
      clearInterval(timer);
      listeners.abort();
      for (const shown of [chip, card, ask]) shown.hidden = true;
    },
  };
}

function rarely(isNews: () => boolean, then: () => void): () => void {
  let ticks = 0;
  return () => {
    ticks += 1;
    if (isNews() || ticks % CHIP_EVERY === 0) then();
  };
}
