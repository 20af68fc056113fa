/** `cancel`: these pieces are no longer wanted, for they arrived elsewhere or are too late. */
import type { PartKey } from '../units/index.js';
import { type Kind, message } from './message.js';
import { partKeyField } from './part-key.js';
import { pieceRuns } from './piece-runs.js';

export interface Cancel {
  readonly type: 'cancel';
  readonly key: PartKey;
  /** Each piece once. */
  readonly pieces: readonly number[];
}

export const cancel: Kind<Cancel> = message(0x07, 'cancel', {
  key: partKeyField,
  pieces: pieceRuns,
});
