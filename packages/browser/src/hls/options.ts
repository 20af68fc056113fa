/** What a page may choose, and what it gets back. */
import type { ConsentState, EngineEvents, EngineStats, On, Why } from '@shoal/host';

export interface ShoalOptions {
  /**
   * `ask` (default): no peer is contacted until `consent.grant()`; an earlier answer of this viewer
   * is remembered. `granted`: the page has the viewer's agreement already. `never`: plain HTTP,
   * still verified.
   */
  readonly consent?: 'ask' | 'granted' | 'never';
  /** Limits on what this viewer sends. */
  readonly uploads?: UploadOptions;
  readonly links?: LinkOptions;
  /**
   * 64 hexadecimal digits: refuse a stream that another key signed. Default: trust the playlist's
   * origin.
   */
  readonly publicKey?: string;
  /**
   * The playlist's line `#EXT-X-SHOAL:…`, when the page knows it: the swarm is joined while the
   * playlist is on its way. Default: what the playlist says.
   */
  readonly tag?: string;
  /**
   * Write playlists from verified records while the swarm is healthy, instead of polling. Default
   * true.
   */
  readonly playlists?: boolean;
}

export interface UploadOptions {
  /** Bits per second over all links, 0 (default): no cap. */
  readonly rateMax?: number;
  /** Bytes in one session, default unlimited. */
  readonly sessionBytesMax?: number;
  /** Bytes in one day on this origin, default unlimited. */
  readonly dayBytesMax?: number;
  /** Stop sending while the page is hidden. Default false. */
  readonly pauseHidden?: boolean;
  /** Send on cellular, save-data or low battery too. Default false. */
  readonly always?: boolean;
}

export interface LinkOptions {
  /** STUN and TURN servers. Default: none. */
  readonly iceServers?: readonly RTCIceServer[];
  /** Only through relays: peers never learn the viewer's address. Default false. */
  readonly relayOnly?: boolean;
  /**
   * Whether a peer may name a private address. Default: only when the page itself came from one.
   */
  readonly privateAddresses?: boolean;
}

export interface ShoalEvents extends EngineEvents {
  /** The playlist is signed, and the engine runs. */
  ready: { readonly name: string };
  consent: { readonly state: ConsentState };
  /** A playlist came, from where. */
  playlist: { readonly from: 'http' | 'records'; readonly url: string };
}

/** What `attachShoal` returns. */
export interface Shoal {
  readonly on: On<ShoalEvents>;
  stats(): EngineStats;
  why(): Why;
  readonly consent: {
    readonly state: ConsentState;
    /** Peers from now on; remembered on this origin. */
    grant(): void;
    /** All links close at once; remembered on this origin. */
    revoke(): void;
  };
  /**
   * Ends the engine; hls.js plays on as if Shoal were not there. Called when hls.js is destroyed.
   */
  destroy(): void;
}
