/** `ask`: please send me these pieces, in this order. */
import type { PartKey } from '../units/index.js';
import { type Kind, message } from './message.js';
import { partKeyField } from './part-key.js';
import { pieceRuns } from './piece-runs.js';

export interface Ask {
  readonly type: 'ask';
  readonly key: PartKey;
  /** Each piece once. */
  readonly pieces: readonly number[];
}

export const ask: Kind<Ask> = message(0x06, 'ask', { key: partKeyField, pieces: pieceRuns });
