/** What happens in a peer, for users of the engine and for counters. */
import type { Bytes, PartKey, PeerId } from '../units/index.js';

/** Why bytes are fetched from the edge; counted apart, so that offload can be explained. */
export type FetchWhy = 'cold' | 'seed' | 'standby' | 'deadline' | 'alone' | 'claim' | 'retry';

/** What a neighbour is accused of. */
export type Accusation = 'corrupt' | 'silent' | 'violation';

export type PeerEvent =
  | { readonly type: 'peer-connected'; readonly peer: PeerId }
  | {
      readonly type: 'peer-closed';
      readonly peer: PeerId;
      readonly why:
        | 'left'
        | 'corrupt'
        | 'silent'
        | 'violation'
        | 'surplus'
        | 'consent'
        | 'overload';
    }
  /** Verified and new. */
  | {
      readonly type: 'piece-received';
      readonly key: PartKey;
      readonly index: number;
      readonly bytes: Bytes;
      readonly source: 'peer' | 'edge';
      readonly peer: PeerId | undefined;
      readonly why: FetchWhy | undefined;
    }
  /** Came twice or too late, or was fetched and cut off. */
  | { readonly type: 'piece-wasted'; readonly bytes: Bytes; readonly source: 'peer' | 'edge' }
  | { readonly type: 'piece-sent'; readonly peer: PeerId; readonly bytes: Bytes }
  /** Did not match its record. `peer` undefined: it came from the edge. */
  | {
      readonly type: 'piece-corrupt';
      readonly key: PartKey;
      readonly index: number;
      readonly peer: PeerId | undefined;
      readonly about?: Accusation;
    }
  | { readonly type: 'record-refused'; readonly key: PartKey; readonly peer: PeerId | undefined }
  | {
      readonly type: 'segment-delivered';
      readonly key: PartKey;
      readonly httpBytes: Bytes;
      readonly peerBytes: Bytes;
      readonly verified: boolean;
    }
  | {
      readonly type: 'tracker-changed';
      readonly up: boolean;
      readonly refused: string | undefined;
    };
