/** `record`: a record, ahead of its pieces. */
import { type Kind, message } from './message.js';
import { type SealedRecord, sealedField } from './sealed-record.js';

export interface RecordMessage {
  readonly type: 'record';
  readonly sealed: SealedRecord;
}

export const recordMessage: Kind<RecordMessage> = message(0x02, 'record', { sealed: sealedField });
