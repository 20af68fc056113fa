/** `leave`: the peer ends its session with the tracker. */
import { type Kind, message } from './message.js';

export interface Leave {
  readonly type: 'leave';
}

export const leave: Kind<Leave> = message(0x17, 'leave', {});
