/** `introduce`: meet this peer. */
import type { PeerId } from '../units/index.js';
import { flag, peerId } from './field.js';
import { type Kind, message } from './message.js';

export interface Introduce {
  readonly type: 'introduce';
  readonly peer: PeerId;
  /** Whether the receiver starts the link; otherwise it waits for the other's signal. */
  readonly offer: boolean;
}

export const introduce: Kind<Introduce> = message(0x32, 'introduce', {
  peer: peerId,
  offer: flag,
});
