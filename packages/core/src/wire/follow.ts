/** `follow`: which renditions this peer plays now, and where. */
import type { Rendition } from '../units/index.js';
import { flag, list, struct, u16, u53 } from './field.js';
import { LIMITS } from './limits.js';
import { type Kind, message } from './message.js';

export interface Followed {
  readonly rendition: Rendition;
  /** The next sequence the player needs. */
  readonly playhead: number;
  readonly live: boolean;
}

/** Replaces what was said before. Sent on change, and every few seconds in VOD. */
export interface Follow {
  readonly type: 'follow';
  readonly renditions: readonly Followed[];
}

const followed = struct<Followed>({ rendition: u16, playhead: u53, live: flag });

export const follow: Kind<Follow> = message(0x12, 'follow', {
  renditions: list(LIMITS.followed, followed),
});
