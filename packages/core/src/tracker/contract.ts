/** What enters and leaves the tracker machine. */
import type { FromTracker, SealedRecord, ToTracker } from '../wire/index.js';

/** The world's number for one WebSocket. */
export type ConnectionId = number;

export type TrackerInput =
  | { readonly type: 'wake' }
  /** A socket opened. `entropy`: 24 unguessable bytes, 8 for the peer id and 16 for its secret. `network`: the address cut to /24 or /48. */
  | {
      readonly type: 'opened';
      readonly connection: ConnectionId;
      readonly entropy: Uint8Array;
      readonly network: string;
    }
  | { readonly type: 'message'; readonly connection: ConnectionId; readonly message: ToTracker }
  | { readonly type: 'violation'; readonly connection: ConnectionId }
  | { readonly type: 'closed'; readonly connection: ConnectionId }
  /** A stream that this tracker serves, with its 32-byte id; a new epoch replaces the old. */
  | { readonly type: 'stream'; readonly streamId: Uint8Array; readonly epoch: number }
  /** A new part of a served stream. */
  | { readonly type: 'record'; readonly sealed: SealedRecord };

export type TrackerOutput =
  | { readonly type: 'send'; readonly connection: ConnectionId; readonly message: FromTracker }
  | { readonly type: 'close'; readonly connection: ConnectionId; readonly why: string };

export type TrackerWhy = 'plan' | 'introduce' | 'expire';
