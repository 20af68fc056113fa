/** Counting events. */
import { expect, it } from 'vitest';
import { Bytes, PeerId } from '../units/index.js';
import { count, createCounters } from './counters.js';
import type { PeerEvent } from './events.js';

const KEY = { rendition: 0, sequence: 1, part: 0 };
const ANNA = PeerId('anna');

it('folds events into totals', () => {
  const counters = createCounters();
  const piece = { type: 'piece-received', key: KEY, index: 0 } as const;
  const events: PeerEvent[] = [
    { type: 'peer-connected', peer: ANNA },
    { ...piece, bytes: Bytes(10), source: 'peer', peer: ANNA, why: undefined },
    { ...piece, bytes: Bytes(7), source: 'edge', peer: undefined, why: 'seed' },
    { type: 'piece-sent', peer: ANNA, bytes: Bytes(5) },
    { type: 'piece-wasted', bytes: Bytes(3), source: 'peer' },
    { type: 'piece-wasted', bytes: Bytes(2), source: 'edge' },
    { type: 'piece-corrupt', key: KEY, index: 0, peer: ANNA },
    { type: 'piece-corrupt', key: KEY, index: 0, peer: undefined },
    {
      type: 'segment-delivered',
      key: KEY,
      httpBytes: Bytes(4),
      peerBytes: Bytes(0),
      verified: false,
    },
    { type: 'record-refused', key: KEY, peer: undefined },
    { type: 'tracker-changed', up: true, refused: undefined },
  ];
  for (const event of events) count(counters, event);
  expect(counters).toMatchObject({
    edge: 7,
    peer: 10,
    uploaded: 5,
    wastedPeer: 3,
    wastedEdge: 2,
    corruptPeer: 1,
    corruptEdge: 1,
    unverified: 4,
    segments: 1,
  });
  expect(counters.edgeByWhy.seed).toBe(7);
  expect(counters.byPeer.get(ANNA)).toEqual({ received: 10, sent: 5 });
  count(counters, { type: 'peer-closed', peer: ANNA, why: 'left' });
  expect(counters.byPeer.size).toBe(0);
});
