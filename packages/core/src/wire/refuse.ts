/** `refuse`: these asked pieces will not come from here. */
import type { PartKey } from '../units/index.js';
import { word } from './field.js';
import { type Kind, message } from './message.js';
import { partKeyField } from './part-key.js';
import { pieceRuns } from './piece-runs.js';

export interface Refuse {
  readonly type: 'refuse';
  readonly key: PartKey;
  /** Each piece once. */
  readonly pieces: readonly number[];
  /** Not held, or no uplink to spare. */
  readonly why: 'absent' | 'busy';
}

export const refuse: Kind<Refuse> = message(0x08, 'refuse', {
  key: partKeyField,
  pieces: pieceRuns,
  why: word('absent', 'busy'),
});
