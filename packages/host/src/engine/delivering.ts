/** Hands segments to the player: copies, with the times that their bytes moved. */
import { concat } from '@shoal/core/wire';
import type { OutputOf } from './perform.js';
import type { Delivery, Want } from './wants.js';
import type { World } from './world.js';

export function deliver(world: World, output: OutputOf<'deliver'>): void {
  const want = world.wants.take(output.request);
  if (!want) return;
  const { firstByteAt, lastByteAt, httpBytes, peerBytes } = output;
  const bytes = world.pieces.join(output.parts);
  hand(world, want, { bytes, firstByteAt, lastByteAt, httpBytes, peerBytes, verified: true });
}

/** Nothing could be checked, so this is what a plain player would have played. */
export function deliverPlain(world: World, output: OutputOf<'deliver-plain'>): void {
  const want = world.wants.take(output.request);
  if (!want) return;
  const fetches = output.fetches.map((id) => world.fetches.get(id)!);
  const now = world.clock.now();
  const { firstByteAt } = fetches[0]?.pace ?? { firstByteAt: now };
  const { lastByteAt } = fetches.at(-1)?.pace ?? { lastByteAt: now };
  const bytes = concat(fetches.map(({ buffer }) => buffer.whole()));
  const httpBytes = bytes.length;
  hand(world, want, { bytes, firstByteAt, lastByteAt, httpBytes, peerBytes: 0, verified: false });
}

function hand(
  { clock, counters, emitter }: World,
  { rendition, sequence, part, askedAt, sink }: Want,
  delivery: Delivery,
): void {
  const { bytes: _, ...figures } = delivery;
  const segment = { rendition, sequence, part, askedAt, deliveredAt: clock.now(), ...figures };
  counters.segment(segment);
  sink.delivered(delivery);
  emitter.emit('segment', segment);
}
