/** What an engine is given at the door, and what may be tuned. */
import type { PeerInput, PeerOutput, PeerStart, PeerStats } from '@shoal/core/peer';
import type { Bytes, Machine, Ms } from '@shoal/core/units';
import type { PartRecord } from '@shoal/core/wire';
import type { Ports } from '../ports/ports.js';
import type { Counters } from './counters.js';
import type { Emitter, EngineEvents } from './events.js';
import type { Location } from './locations.js';

export interface EngineOptions {
  readonly ports: Ports;
  readonly stream: {
    /** 32 bytes, Ed25519: whose signature counts. */
    readonly publicKey: Uint8Array;
    readonly name: string;
    readonly epoch: number;
  };
  /** Absolute URLs. `trackers` are tried in turn. */
  readonly urls: { readonly records: string | undefined; readonly trackers: readonly string[] };
  /** The machine to run; a room of `core` makes it. */
  readonly machine: (start: PeerStart) => PeerMachine;
  readonly seed: number;
  /** Told of what happens, and cleared by whoever made it. */
  readonly emitter: Emitter<EngineEvents>;
  /** They may go on counting when another engine takes the place of this one. */
  readonly counters: Counters;
  /** Where a part is that no playlist has located, from its verified record. */
  readonly locate: (record: PartRecord) => Location | undefined;
  readonly config?: Partial<EngineConfig>;
}

export interface PeerMachine extends Machine<PeerInput, PeerOutput, string> {
  stats(): Pick<PeerStats, 'reason' | 'lagMs'>;
}

export interface EngineConfig {
  /**
   * An edge transfer without a byte for so long is over. Shorter gives up slow edges, longer hides
   * dead ones.
   */
  readonly edgeSilenceMs: Ms;
  /** Media requests in flight at most. */
  readonly fetchesMax: number;
  /** Bytes of one fetch at most. */
  readonly fetchBytesMax: Bytes;
}

export const ENGINE_DEFAULTS: EngineConfig = {
  edgeSilenceMs: 6000,
  fetchesMax: 3,
  fetchBytesMax: 67_108_864,
};
