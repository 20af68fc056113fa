/** `refused`: the session with the tracker ends. */
import type { Ms } from '../units/index.js';
import { measure, word } from './field.js';
import { type Kind, message } from './message.js';

export interface Refused {
  readonly type: 'refused';
  readonly why: 'version' | 'stream' | 'token' | 'full' | 'banned' | 'limit';
  /** Come back after this long; 0: do not. */
  readonly retryMs: Ms;
}

export const refused: Kind<Refused> = message(0x37, 'refused', {
  why: word('version', 'stream', 'token', 'full', 'banned', 'limit'),
  retryMs: measure(4),
});
