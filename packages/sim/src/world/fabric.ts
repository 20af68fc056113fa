/** Links between viewers: set up when both want them, carry messages and pieces, and break. */
import type { Ms, PartKey, PeerId, Random } from '@shoal/core/units';
import { decodeLinkMessage, encodeLinkMessage, type LinkMessage } from '@shoal/core/wire';
import type { Agenda } from '../agenda.js';
import { type Access, carry } from '../network/access.js';

/** What a viewer's end of its links hears. */
export interface LinkEnd {
  readonly access: Access;
  up(peer: PeerId, rttMs: Ms): void;
  down(peer: PeerId): void;
  message(peer: PeerId, message: LinkMessage): void;
  piece(peer: PeerId, key: PartKey, index: number, bytes: number, isGood: boolean): void;
  drained(peer: PeerId, bytes: number): void;
}

export interface Fabric {
  connect(from: PeerId, to: PeerId): void;
  disconnect(from: PeerId, to: PeerId): void;
  send(from: PeerId, to: PeerId, message: LinkMessage): void;
  sendPiece(from: PeerId, to: PeerId, piece: SentPiece): void;
  /** The viewer's end under this id; links are made and broken under it. */
  enter(peer: PeerId, end: LinkEnd): void;
  /** All its links break. The others notice after `noticeMs`. */
  leave(peer: PeerId, noticeMs: Ms): void;
  readonly counts: { links: number; messages: number; messageBytes: number; failed: number };
}

export interface SentPiece {
  readonly key: PartKey;
  readonly index: number;
  readonly bytes: number;
  /** Whether the bytes are what the record says. */
  readonly isGood: boolean;
}

export interface FabricSpec {
  /** Whether signalling works now. */
  canSignal(): boolean;
  /** Share of pairs that can never link. */
  readonly unlinkable: number;
}

interface LinkState {
  status: 'half' | 'opening' | 'open';
  readonly wantedBy: Set<PeerId>;
}

/** Beside its payload: SCTP, DTLS, UDP, IP. */
const OVERHEAD = 70;
const PIECE_HEADER = 15;

export function createFabric(agenda: Agenda, random: Random, spec: FabricSpec): Fabric {
  const ends = new Map<PeerId, LinkEnd>();
  const links = new Map<string, LinkState>();
  const walls = new Map<string, boolean>();
  const counts = { links: 0, messages: 0, messageBytes: 0, failed: 0 };

  const apart = (a: PeerId, b: PeerId): Ms =>
    (ends.get(a)?.access.delayMs ?? 0) + (ends.get(b)?.access.delayMs ?? 0);
  const isOpen = (a: PeerId, b: PeerId, link: LinkState): boolean =>
    links.get(pairOf(a, b)) === link && link.status === 'open';

  const setUp = (a: PeerId, b: PeerId, link: LinkState): void => {
    const pair = pairOf(a, b);
    const isWalled = walls.get(pair) ?? random.next() < spec.unlinkable;
    walls.set(pair, isWalled);
    const rttMs = 2 * apart(a, b);
    link.status = 'opening';
    if (isWalled) counts.failed += 1;
    agenda.after(4 * rttMs + 20 + random.below(40), () => {
      if (isWalled || links.get(pair) !== link || !spec.canSignal()) return;
      link.status = 'open';
      counts.links += 1;
      for (const [mine, other] of [[a, b] as const, [b, a] as const]) {
        const delay = random.below(10);
        agenda.after(delay, () => isOpen(a, b, link) && ends.get(mine)?.up(other, rttMs));
      }
    });
  };
  const carryOn = (
    from: PeerId,
    to: PeerId,
    lane: string,
    bytes: number,
    on: { left?(): void; arrived(end: LinkEnd): void },
  ): void => {
    const link = links.get(pairOf(from, to));
    const [a, b] = [ends.get(from), ends.get(to)];
    if (link?.status !== 'open' || a === undefined || b === undefined) return;
    const left = on.left;
    carry(
      agenda,
      a.access,
      b.access,
      { up: `${to}/${lane}`, down: `${from}/${lane}`, bytes: bytes + OVERHEAD },
      {
        ...(left === undefined ? {} : { left: () => isOpen(from, to, link) && left() }),
        arrived: () => isOpen(from, to, link) && on.arrived(b),
      },
    );
  };
  const breakLink = (from: PeerId, to: PeerId, noticeMs: Ms): void => {
    const link = links.get(pairOf(from, to));
    if (link === undefined) return;
    links.delete(pairOf(from, to));
    for (const lane of ['c', 'p']) {
      ends.get(from)?.access.up.cut(`${to}/${lane}`);
      ends.get(to)?.access.up.cut(`${from}/${lane}`);
    }
    if (link.status === 'half') return;
    agenda.after(noticeMs, () => ends.get(to)?.down(from));
  };
  return {
    counts,
    connect(from, to) {
      const pair = pairOf(from, to);
      const link = links.get(pair) ?? { status: 'half' as const, wantedBy: new Set() };
      links.set(pair, link);
      link.wantedBy.add(from);
      if (link.status === 'half' && link.wantedBy.size === 2) setUp(from, to, link);
    },
    disconnect: (from, to) => breakLink(from, to, apart(from, to)),
    send(from, to, message) {
      const bytes = encodeLinkMessage(message);
      counts.messages += 1;
      counts.messageBytes += bytes.length;
      const arrived = (end: LinkEnd): void => end.message(from, decodeLinkMessage(bytes));
      carryOn(from, to, 'c', bytes.length, { arrived });
    },
    sendPiece(from, to, { key, index, bytes, isGood }) {
      carryOn(from, to, 'p', bytes + PIECE_HEADER, {
        left: () => ends.get(from)?.drained(to, bytes),
        arrived: (end) => end.piece(from, key, index, bytes, isGood),
      });
    },
    enter: (peer, end) => ends.set(peer, end),
    leave(peer, noticeMs) {
      for (const pair of [...links.keys()]) {
        const [a, b] = pair.split(' ') as [PeerId, PeerId];
        if (a === peer) breakLink(a, b, noticeMs);
        else if (b === peer) breakLink(b, a, noticeMs);
      }
      ends.delete(peer);
    },
  };
}

function pairOf(a: PeerId, b: PeerId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
