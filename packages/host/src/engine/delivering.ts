/** Hands segments to the player: copies, with the times that their bytes moved. */
import { invariant } from '@shoal/core/errors';
import type { PeerOutput } from '@shoal/core/peer';
import type { Delivery, Want } from './wants.js';
import type { World } from './world.js';

export function deliver(world: World, output: Extract<PeerOutput, { type: 'deliver' }>): void {
  const want = world.wants.take(output.request);
  if (!want) return;
  const { firstByteAt, lastByteAt, httpBytes, peerBytes } = output;
  const bytes = world.pieces.join(output.parts);
  hand(world, want, { bytes, firstByteAt, lastByteAt, httpBytes, peerBytes, verified: true });
}

/** Nothing could be checked, so this is what a plain player would have played. */
export function deliverPlain(
  world: World,
  output: Extract<PeerOutput, { type: 'deliver-plain' }>,
): void {
  const want = world.wants.take(output.request);
  if (!want) return;
  const bytes = world.fetches.whole(output.fetch);
  invariant(bytes !== undefined, 'deliver-plain: no such fetch');
  const now = world.clock.now();
  const { firstByteAt, lastByteAt } = world.fetches.pace(output.fetch) ?? {
    firstByteAt: now,
    lastByteAt: now,
  };
  const httpBytes = bytes.length;
  hand(world, want, { bytes, firstByteAt, lastByteAt, httpBytes, peerBytes: 0, verified: false });
}

function hand(world: World, want: Want, delivery: Delivery): void {
  const { rendition, sequence, askedAt } = want;
  const { bytes: _, ...figures } = delivery;
  const deliveredAt = world.clock.now();
  const segment = { rendition, sequence, askedAt, deliveredAt, ...figures };
  world.counters.segment(segment);
  want.sink.delivered(delivery);
  world.emitter.emit('segment', segment);
}
