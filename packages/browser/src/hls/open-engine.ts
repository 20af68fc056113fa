/** Makes the engine of a stream from its tag, on the ports of this browser. */
import type { ShoalTag } from '@shoal/core/media';
import { createPeer } from '@shoal/core/peer';
import { hex } from '@shoal/core/wire';
import {
  addressKind,
  type Counters,
  createEngine,
  type Emitter,
  type Engine,
  type EngineEvents,
} from '@shoal/host';
import { browserClock } from '../ports/clock.js';
import { browserCrypto } from '../ports/crypto.js';
import { browserEdgeFetch } from '../ports/edge-fetch.js';
import { browserLinks } from '../ports/links.js';
import { browserTrackerSockets } from '../ports/tracker-socket.js';
import type { ShoalOptions } from './options.js';
import type { PlaylistBook } from './playlist-book.js';

export interface EngineParts {
  readonly book: PlaylistBook;
  readonly options: ShoalOptions;
  readonly emitter: Emitter<EngineEvents>;
  readonly counters: Counters;
}

/** Rejects when the page pins another key. */
export async function openEngine(
  tag: ShoalTag,
  baseUrl: string,
  { book, options, emitter, counters }: EngineParts,
): Promise<Engine> {
  const pinned = options.publicKey?.toLowerCase();
  if (pinned !== undefined && pinned !== hex(tag.publicKey)) {
    throw new Error('the stream is signed by another key than the page pins');
  }
  if (globalThis.crypto?.subtle === undefined) {
    throw new Error('nothing can be verified on a page without HTTPS');
  }
  const absolute = (url: string): string => new URL(url, baseUrl).href;
  const crypto = browserCrypto();
  // What checks signatures is made or loaded now, while playlists are on their way.
  void crypto.verify(tag.publicKey, new Uint8Array(64), new Uint8Array()).catch(() => {});
  return createEngine({
    ports: {
      clock: browserClock(),
      crypto,
      edge: browserEdgeFetch(),
      links: browserLinks({
        privateAddresses: isPrivateHost(location.hostname),
        ...options.links,
      }),
      tracker: browserTrackerSockets(),
    },
    stream: { publicKey: tag.publicKey, name: tag.name, epoch: tag.epoch },
    urls: {
      records: tag.records === undefined ? undefined : absolute(tag.records),
      trackers: tag.trackers.map((url) => absolute(url).replace(/^http/, 'ws')),
    },
    machine: createPeer,
    emitter,
    counters,
    seed: globalThis.crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
    locate: book.locate,
  });
}

/** A page from such a host is in a lab or a home, where peers are too. */
function isPrivateHost(host: string): boolean {
  return host === 'localhost' || addressKind(host.replace(/[[\]]/g, '')) === 'private';
}
