/** What each neighbour gave and got. */
import type { PeerEvent } from '@shoal/core/peer';
import type { Ms, PeerId } from '@shoal/core/units';
import type { NeighbourStats } from './stats.js';

export interface NeighbourBook {
  event(now: Ms, event: PeerEvent): void;
  /** Told when the link comes up, just before the machine says that a peer is connected. */
  rtt(peer: PeerId, rttMs: Ms): void;
  read(): readonly NeighbourStats[];
}

type Entry = { -readonly [Key in keyof NeighbourStats]: NeighbourStats[Key] };

export function createNeighbourBook(): NeighbourBook {
  const entries = new Map<PeerId, Entry>();
  const rtts = new Map<PeerId, Ms>();
  const count = (event: PeerEvent): void => {
    const entry = 'peer' in event && event.peer ? entries.get(event.peer) : undefined;
    if (!entry) return;
    if (event.type === 'piece-received') entry.received += event.bytes;
    else if (event.type === 'piece-sent') entry.sent += event.bytes;
    else if (event.type === 'piece-corrupt') entry.corrupt++;
  };
  return {
    event(now, event) {
      if (event.type === 'peer-connected') {
        const { peer } = event;
        const figures = { received: 0, sent: 0, corrupt: 0 };
        entries.set(peer, { peer, rttMs: rtts.get(peer) ?? 0, connectedAt: now, ...figures });
        rtts.delete(peer);
      } else if (event.type === 'peer-closed') entries.delete(event.peer);
      else count(event);
    },
    rtt: (peer, rttMs) => void rtts.set(peer, rttMs),
    read: () => [...entries.values()].map((entry) => ({ ...entry })),
  };
}
