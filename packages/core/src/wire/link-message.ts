/** What two linked peers say to each other. Each kind has its own file with its encoder and decoder. */
import type { SealedRecord } from './record.js';
import type { BitsPerSec, PartKey, PeerId, Rendition } from '../units/index.js';

/** First message on the control channel, both ways. */
export interface Hello {
  readonly type: 'hello';
  /** Highest and lowest wire version spoken; the session uses the highest in common. */
  readonly version: number;
  readonly versionMin: number;
  readonly peer: PeerId;
  /** 32 bytes. A link of another stream is closed. */
  readonly streamId: Uint8Array;
  readonly epoch: number;
  /** Whether this side may upload at all (phones and revoked consent may not). */
  readonly uploads: boolean;
}

/** A record, ahead of its pieces. */
export interface RecordMessage {
  readonly type: 'record';
  readonly sealed: SealedRecord;
}

/** Please send me the record of a part that you have spoken of. */
export interface RecordAsk {
  readonly type: 'record-ask';
  readonly key: PartKey;
}

/** Which pieces of a part the sender holds: all of them, or the bits set in `bits` (bit i of byte i>>3, low bit first). */
export interface Have {
  readonly type: 'have';
  readonly key: PartKey;
  readonly pieces: number;
  readonly bits: Uint8Array | 'all';
}

/** Whole parts held, as runs of sequences (part 0 up): for VOD and for newcomers. Replaces what was said before. */
export interface Holdings {
  readonly type: 'holdings';
  readonly rendition: Rendition;
  /** Where the sender's player is: the next sequence it needs. */
  readonly playhead: number;
  readonly runs: readonly { readonly from: number; readonly count: number }[];
}

/** Please send me these pieces, in this order. */
export interface Ask {
  readonly type: 'ask';
  readonly key: PartKey;
  readonly pieces: readonly number[];
}

/** These pieces are no longer wanted: they arrived elsewhere or are too late. */
export interface Cancel {
  readonly type: 'cancel';
  readonly key: PartKey;
  readonly pieces: readonly number[];
}

/** These asked pieces will not come from here: not held, or no uplink to spare. */
export interface Refuse {
  readonly type: 'refuse';
  readonly key: PartKey;
  readonly pieces: readonly number[];
  readonly why: 'absent' | 'busy';
}

/** The sender may upload from now on, or stops uploading; `rate` is what it can give, 0 when unknown. */
export interface Uploads {
  readonly type: 'uploads';
  readonly on: boolean;
  readonly rate: BitsPerSec;
}

/** A clean end. */
export interface Bye {
  readonly type: 'bye';
}

export type LinkMessage =
  | Hello
  | RecordMessage
  | RecordAsk
  | Have
  | Holdings
  | Ask
  | Cancel
  | Refuse
  | Uploads
  | Bye;

/** The header of a frame on the pieces channel; the piece's bytes follow it. */
export interface PieceHeader {
  readonly key: PartKey;
  readonly index: number;
}
