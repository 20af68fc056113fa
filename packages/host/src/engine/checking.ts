/**
 * Hashes and signatures: asked by the machine, answered by the world, slow, so the answer is an
 * input.
 */
import { equalBytes } from '@shoal/core/integrity';
import type { Unchecked } from '@shoal/core/peer';
import { type Bytes, partId } from '@shoal/core/units';
import type { SealedRecord } from '@shoal/core/wire';
import type { OutputOf } from './perform.js';
import type { World } from './world.js';

/** Keeps the bytes as a piece when they match, and drops them when they do not. */
export function check(world: World, { key, index, from, digest, length }: OutputOf<'check'>): void {
  const bytes = take(world, from, length);
  const answer = (ok: boolean): void => {
    if (ok && bytes) world.pieces.put(partId(key), index, bytes);
    world.feed({ type: 'checked', key, index, from, ok });
  };
  if (!bytes || bytes.length !== length) answer(false);
  else {
    world.crypto.digest(bytes).then(
      (found) => answer(equalBytes(found, digest)),
      () => answer(false),
    );
  }
}

/** Both must hold: without the list's hash, the signature says nothing about the pieces. */
export function verify(world: World, { verify, sealed }: OutputOf<'verify'>): void {
  const answer = (ok: boolean): void => world.feed({ type: 'verified', verify, ok });
  holds(world, sealed).then(answer, () => answer(false));
}

async function holds({ crypto, publicKey }: World, sealed: SealedRecord): Promise<boolean> {
  if (!equalBytes(await crypto.digest(sealed.digests), sealed.record.pieces)) return false;
  return crypto.verify(publicKey, sealed.signature, sealed.signed);
}

function take(world: World, from: Unchecked, length: Bytes): Uint8Array | undefined {
  if (from.in === 'arrival') return world.links.take(from.arrival);
  return world.fetches.get(from.fetch)?.buffer.slice(from.offset, length);
}
