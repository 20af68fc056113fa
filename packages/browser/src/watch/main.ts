/**
 * The watch page: nothing but the player, with its engine in reach of tests and benches as
 * `window.shoal`.
 */
import type Hls from 'hls.js';
import type { Shoal } from '../hls/options.js';
import { ShoalPlayer } from '../player/index.js';

declare global {
  interface Window {
    shoal?: Shoal;
    hls?: Hls;
  }
}

const player = document.querySelector('shoal-player');
if (player instanceof ShoalPlayer) {
  const expose = (): void => {
    if (player.shoal !== undefined) window.shoal = player.shoal;
    if (player.hls !== undefined) window.hls = player.hls;
  };
  expose();
  player.addEventListener('shoal-ready', expose);
  const minimal = new URLSearchParams(location.search).has('minimal');
  player.toggleAttribute('minimal', minimal);
}
