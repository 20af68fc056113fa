/** `gone`: a peer is banned or has left: close the link with it. */
import type { PeerId } from '../units/index.js';
import { flag, peerId } from './field.js';
import { type Kind, message } from './message.js';

export interface Gone {
  readonly type: 'gone';
  readonly peer: PeerId;
  readonly banned: boolean;
}

export const gone: Kind<Gone> = message(0x36, 'gone', { peer: peerId, banned: flag });
