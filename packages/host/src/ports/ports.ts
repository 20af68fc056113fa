/** What an engine needs of the world it runs in. */
import type { Clock } from './clock.js';
import type { Crypto } from './crypto.js';
import type { EdgeFetch } from './edge-fetch.js';
import type { Links } from './links.js';
import type { TrackerSockets } from './tracker-socket.js';

export interface Ports {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly edge: EdgeFetch;
  /** Undefined where the world has no way to link peers: then all bytes come from the edge. */
  readonly links: Links | undefined;
  readonly tracker: TrackerSockets;
}
