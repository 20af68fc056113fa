/** Who reaches whom over links open or coming. */
import type { PeerId } from '../units/index.js';
import type { Member } from './state.js';

export interface Islands {
  /** Towards the peer that an island goes by. */
  readonly next: Map<PeerId, PeerId>;
  /** By that peer. */
  readonly sizes: Map<PeerId, number>;
  /** The peer that the largest goes by; of several, the first. */
  largest: PeerId | undefined;
}

/** The islands that these members are. */
export function islandsOf(members: ReadonlyMap<PeerId, Member>): Islands {
  const islands: Islands = { next: new Map(), sizes: new Map(), largest: undefined };
  for (const peer of members.keys()) addIsland(islands, peer);
  for (const [peer, { pairs }] of members) {
    for (const [other, { status }] of pairs) {
      if (other < peer || !members.has(other)) continue;
      if (status === 'open' || status === 'pending') unite(islands, peer, other);
    }
  }
  return islands;
}

export function addIsland(islands: Islands, peer: PeerId): void {
  islands.next.set(peer, peer);
  islands.sizes.set(peer, 1);
  islands.largest ??= peer;
}

/** The peer that the island goes by. */
export function islandAt({ next }: Islands, peer: PeerId): PeerId {
  let at = peer;
  for (let up = next.get(at); up !== undefined && up !== at; up = next.get(at)) {
    next.set(at, next.get(up) ?? up);
    at = up;
  }
  return at;
}

/** Two islands become one. */
export function unite(islands: Islands, a: PeerId, b: PeerId): void {
  const [x, y] = [islandAt(islands, a), islandAt(islands, b)];
  if (x === y) return;
  const [sizeX, sizeY] = [islands.sizes.get(x) ?? 0, islands.sizes.get(y) ?? 0];
  const [small, large] = sizeX < sizeY ? [x, y] : [y, x];
  islands.next.set(small, large);
  islands.sizes.set(large, sizeX + sizeY);
  islands.sizes.delete(small);
  const most = islands.largest === undefined ? 0 : (islands.sizes.get(islands.largest) ?? 0);
  if (sizeX + sizeY > most) islands.largest = large;
}
