/** How viewers misbehave: what they say instead of the truth, and what becomes of their pieces. */
import type { LinkMessage } from '@shoal/core/wire';

/**
 * `polluter`: every piece it sends is garbage. `silent`: sends none. `mute`: says nothing at all
 * after hello. `slow-drip`: sends a piece every two seconds and takes on as much as it is given.
 * `liar`: says that it holds all of everything and sends none. `leaver`: cut off and back, every
 * few seconds.
 */
export type Behaviour = 'good' | 'leaver' | 'polluter' | 'silent' | 'mute' | 'slow-drip' | 'liar';

/** What becomes of a piece that the machine sends. */
export type PieceFate = 'sent' | 'spoilt' | 'kept' | 'dripped';

export function fateOf(behaviour: Behaviour): PieceFate {
  return FATES[behaviour];
}

/** What is said in place of `message`, if anything. */
export function distorted(behaviour: Behaviour, message: LinkMessage): LinkMessage | undefined {
  if (behaviour === 'mute') return message.type === 'hello' ? message : undefined;
  if (behaviour !== 'liar') return message;
  if (message.type === 'have') return { ...message, bits: 'all' };
  if (message.type === 'refuse') return undefined;
  if (message.type !== 'holdings') return message;
  return { ...message, runs: [{ from: message.playhead, count: BOAST_SEGMENTS }] };
}

const FATES: Readonly<Record<Behaviour, PieceFate>> = {
  good: 'sent',
  leaver: 'sent',
  polluter: 'spoilt',
  silent: 'kept',
  mute: 'kept',
  'slow-drip': 'dripped',
  liar: 'kept',
};

/** Between two pieces of a slow-drip. */
export const DRIP_MS = 2_000;
const BOAST_SEGMENTS = 16;
