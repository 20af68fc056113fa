/**
 * `complaint`: a neighbour sent a piece that does not match its record, stayed silent, or broke the
 * wire rules.
 */
import type { PartKey, PeerId } from '../units/index.js';
import { peerId, word } from './field.js';
import { type Kind, message } from './message.js';
import { partKeyField } from './part-key.js';

export interface Complaint {
  readonly type: 'complaint';
  readonly peer: PeerId;
  readonly about: 'corrupt' | 'silent' | 'violation';
  readonly key: PartKey;
}

export const complaint: Kind<Complaint> = message(0x16, 'complaint', {
  peer: peerId,
  about: word('corrupt', 'silent', 'violation'),
  key: partKeyField,
});
