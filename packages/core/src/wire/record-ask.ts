/** `record-ask`: please send me the record of a part that you have spoken of. */
import type { PartKey } from '../units/index.js';
import { type Kind, message } from './message.js';
import { partKeyField } from './part-key.js';

export interface RecordAsk {
  readonly type: 'record-ask';
  readonly key: PartKey;
}

export const recordAsk: Kind<RecordAsk> = message(0x03, 'record-ask', { key: partKeyField });
