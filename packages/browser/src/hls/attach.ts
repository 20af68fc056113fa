/** Attaches Shoal to an hls.js instance. */
import type Hls from 'hls.js';
import type { Shoal, ShoalOptions } from './options.js';

/** Call right after `new Hls()`. Without a signed playlist, or after any fault of ours, hls.js plays as it would alone. */
export function attachShoal(_hls: Hls, _options: ShoalOptions = {}): Shoal {
  throw new Error('not built yet');
}
