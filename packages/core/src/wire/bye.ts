/** `bye`: a clean end. */
import { type Kind, message } from './message.js';

export interface Bye {
  readonly type: 'bye';
}

export const bye: Kind<Bye> = message(0x0a, 'bye', {});
