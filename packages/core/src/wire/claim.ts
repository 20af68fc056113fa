/**
 * `claim`: may I fetch these segments from the edge? Asked ahead of need, for what no neighbour
 * holds.
 */
import type { Rendition } from '../units/index.js';
import { list, u16, u53 } from './field.js';
import { LIMITS } from './limits.js';
import { type Kind, message } from './message.js';

export interface Claim {
  readonly type: 'claim';
  readonly rendition: Rendition;
  readonly sequences: readonly number[];
}

export const claim: Kind<Claim> = message(0x15, 'claim', {
  rendition: u16,
  sequences: list(LIMITS.claimed, u53),
});
