/** `links`: which links are open now; the planner builds trees over links that both ends report. */
import type { Ms, PeerId } from '../units/index.js';
import { list, measure, peerId, struct } from './field.js';
import { LIMITS } from './limits.js';
import { type Kind, message } from './message.js';

export interface OpenLink {
  readonly peer: PeerId;
  /** Round-trip time, at most 65,535. */
  readonly rttMs: Ms;
}

export interface Links {
  readonly type: 'links';
  readonly open: readonly OpenLink[];
}

const openLink = struct<OpenLink>({ peer: peerId, rttMs: measure(2) });

export const links: Kind<Links> = message(0x13, 'links', { open: list(LIMITS.links, openLink) });
