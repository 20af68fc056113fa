/** `announce`: a new part of a rendition that this peer follows. */
import { type Kind, message } from './message.js';
import { type SealedRecord, sealedField } from './sealed-record.js';

export interface Announce {
  readonly type: 'announce';
  readonly sealed: SealedRecord;
}

export const announce: Kind<Announce> = message(0x34, 'announce', { sealed: sealedField });
