/** The end of a link: what it owed is wanted again, what it was owed is forgotten (LNK4). */
import type { PeerEvent } from '../telemetry/index.js';
import type { PartKey, PeerId } from '../units/index.js';
import type { InputOf } from './contract.js';
import type { Link } from './link.js';
import { giveUp } from './part.js';
import { emit, type State, send, sendTracker, tell } from './state.js';

type CloseWhy = Extract<PeerEvent, { type: 'peer-closed' }>['why'];

/**
 * Ends a link that is up or on its way, with a complaint to the tracker when the neighbour
 * misbehaved.
 */
export function closeFor(s: State, peer: PeerId, why: CloseWhy, about?: PartKey): void {
  const link = s.links.get(peer);
  if (!link) return;
  if (why === 'corrupt' || why === 'violation' || why === 'silent') complain(s, peer, why, about);
  else if (link.phase !== 'connecting') send(s, peer, { type: 'bye' });
  emit(s, { type: 'disconnect', peer });
  forget(s, link, why);
}

/** The world closed it already. */
export function onLinkDown(s: State, { peer }: InputOf<'link-down'>): void {
  const link = s.links.get(peer);
  if (link) forget(s, link, 'left');
}

function forget(s: State, link: Link, why: CloseWhy): void {
  const { peer } = link;
  s.links.delete(peer);
  s.cancels.delete(peer);
  s.queue.drop((upload) => upload.peer === peer);
  for (const part of s.open.values()) {
    part.pieces.forEach((piece, index) => {
      if (piece.phase === 'asked' && piece.from === peer) giveUp(part, index);
    });
  }
  for (const arrival of s.arrivals.values()) {
    if (arrival.peer !== peer || arrival.phase !== 'parked') continue;
    s.arrivals.delete(arrival.id);
    emit(s, { type: 'discard', arrival: arrival.id });
  }
  if (link.phase !== 'open') return;
  s.session.linksAt ??= s.now;
  tell(s, { type: 'peer-closed', peer, why });
}

function complain(
  s: State,
  peer: PeerId,
  about: 'corrupt' | 'violation' | 'silent',
  part: PartKey | undefined,
): void {
  if (s.session.phase !== 'joined') return;
  const key = part ?? { rendition: 0, sequence: 0, part: 0 };
  const plain = { rendition: key.rendition, sequence: key.sequence, part: key.part };
  sendTracker(s, { type: 'complaint', peer, about, key: plain });
}
