/** Links between viewers: set up when both want them, carry messages and pieces, and break. */
import type { Ms, PartKey, PeerId, Random } from '@shoal/core/units';
import { decodeLinkMessage, encodeLinkMessage, type LinkMessage } from '@shoal/core/wire';
import type { Agenda } from '../agenda.js';
import type { Access } from '../network/access.js';
import { canPunch } from '../network/nat.js';
import type { Order, Paths } from '../network/paths.js';

/** What a viewer's end of its links hears. */
export interface LinkEnd {
  readonly access: Access;
  up(peer: PeerId, rttMs: Ms): void;
  down(peer: PeerId): void;
  message(peer: PeerId, message: LinkMessage): void;
  piece(peer: PeerId, key: PartKey, index: number, bytes: number, isGood: boolean): void;
  drained(peer: PeerId, bytes: number): void;
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
  readonly paths: Paths;
  /** Least time that ICE and DTLS take beside round trips; three times that at most. */
  readonly linkMs: Ms;
}

interface LinkState {
  status: 'half' | 'opening' | 'open' | 'closed';
  readonly wantedBy: Set<PeerId>;
  /** What came to an end before it was up, and waits for that; none once it is. */
  readonly early: Map<PeerId, (() => void)[]>;
  /** Of the control channel, by sender. */
  readonly orders: Map<PeerId, Order>;
}

export class Fabric {
  readonly counts = {
    links: 0,
    failed: 0,
    messages: 0,
    messageBytes: 0,
    pieces: 0,
    pieceBytes: 0,
    /** Of these, between two operators' networks, and between two regions. */
    crossAsnBytes: 0,
    crossRegionBytes: 0,
  };
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #spec: FabricSpec;
  readonly #ends = new Map<PeerId, LinkEnd>();
  readonly #links = new Map<string, LinkState>();
  readonly #partners = new Map<PeerId, Set<PeerId>>();
  readonly #walls = new Map<string, boolean>();

  constructor(agenda: Agenda, random: Random, spec: FabricSpec) {
    this.#agenda = agenda;
    this.#random = random;
    this.#spec = spec;
  }

  /** The viewer's end under this id; links are made and broken under it. */
  enter(peer: PeerId, end: LinkEnd): void {
    this.#ends.set(peer, end);
  }

  /** All its links break. The others notice after `noticeMs`. */
  leave(peer: PeerId, noticeMs: Ms): void {
    for (const other of [...(this.#partners.get(peer) ?? [])]) this.#break(peer, other, noticeMs);
    this.#partners.delete(peer);
    this.#ends.delete(peer);
  }

  connect(from: PeerId, to: PeerId): void {
    const pair = pairOf(from, to);
    const link = this.#links.get(pair) ?? newLink();
    this.#links.set(pair, link);
    this.#pair(from, to);
    this.#pair(to, from);
    link.wantedBy.add(from);
    if (link.status === 'half' && link.wantedBy.size === 2) this.#setUp(from, to, link);
  }

  disconnect(from: PeerId, to: PeerId): void {
    this.#break(from, to, this.#apart(from, to));
  }

  send(from: PeerId, to: PeerId, message: LinkMessage): void {
    const bytes = encodeLinkMessage(message);
    this.counts.messages += 1;
    this.counts.messageBytes += bytes.length;
    this.#carry(from, to, 'c', bytes.length, {
      left() {},
      arrived: (end) => end.message(from, decodeLinkMessage(bytes)),
    });
  }

  sendPiece(from: PeerId, to: PeerId, { key, index, bytes, isGood }: SentPiece): void {
    this.#count(from, to, bytes);
    this.#carry(from, to, 'p', bytes + PIECE_HEADER, {
      left: () => this.#ends.get(from)?.drained(to, bytes),
      arrived: (end) => end.piece(from, key, index, bytes, isGood),
    });
  }

  #apart(a: PeerId, b: PeerId): Ms {
    const [x, y] = [this.#ends.get(a), this.#ends.get(b)];
    return x === undefined || y === undefined ? 0 : this.#spec.paths.apartMs(x.access, y.access);
  }

  /** half -> opening -> open: signalling both ways, then ICE and DTLS. */
  #setUp(a: PeerId, b: PeerId, link: LinkState): void {
    const pair = pairOf(a, b);
    const isWalled = this.#walls.get(pair) ?? this.#isWalled(a, b);
    this.#walls.set(pair, isWalled);
    const rttMs = 2 * this.#apart(a, b);
    link.status = 'opening';
    if (isWalled) this.counts.failed += 1;
    const { linkMs } = this.#spec;
    this.#agenda.after(4 * rttMs + linkMs + this.#random.below(2 * linkMs), () => {
      if (isWalled || link.status !== 'opening' || !this.#spec.canSignal()) return;
      link.status = 'open';
      this.counts.links += 1;
      for (const [mine, other] of [[a, b] as const, [b, a] as const]) {
        link.early.set(mine, []);
        this.#agenda.after(this.#random.below(10), () => {
          if (link.status !== 'open') return;
          this.#ends.get(mine)?.up(other, rttMs);
          const early = link.early.get(mine) ?? [];
          link.early.delete(mine);
          for (const arrive of early) arrive();
        });
      }
    });
  }

  #carry(
    from: PeerId,
    to: PeerId,
    lane: string,
    payload: number,
    on: { left(): void; arrived(end: LinkEnd): void },
  ): void {
    const link = this.#links.get(pairOf(from, to));
    const [a, b] = [this.#ends.get(from), this.#ends.get(to)];
    if (link?.status !== 'open' || a === undefined || b === undefined) return;
    const ifOpen = (what: () => void) => (): void => {
      if (link.status === 'open') what();
    };
    const bytes = payload + OVERHEAD;
    const flow = { up: `${to}/${lane}`, down: `${from}/${lane}`, bytes };
    const arrive = ifOpen(() => on.arrived(b));
    const arrived = (): void => {
      const early = link.early.get(to);
      if (early === undefined) arrive();
      else early.push(arrive);
    };
    const events = { left: ifOpen(() => on.left()), arrived };
    const order = lane === 'c' ? orderOf(link, from) : undefined;
    const ordered = order === undefined ? flow : { ...flow, order };
    this.#spec.paths.carry(a.access, b.access, ordered, events);
  }

  /** The same answer for a pair, whenever it is asked. */
  #isWalled(a: PeerId, b: PeerId): boolean {
    const isUnlucky = this.#random.next() < this.#spec.unlinkable;
    const [x, y] = [this.#ends.get(a)?.access.nat, this.#ends.get(b)?.access.nat];
    return isUnlucky || !canPunch(x ?? 'open', y ?? 'open');
  }

  #pair(peer: PeerId, other: PeerId): void {
    const partners = this.#partners.get(peer) ?? new Set();
    this.#partners.set(peer, partners.add(other));
  }

  #count(from: PeerId, to: PeerId, bytes: number): void {
    const [a, b] = [this.#ends.get(from)?.access, this.#ends.get(to)?.access];
    if (a === undefined || b === undefined) return;
    this.counts.pieces += 1;
    this.counts.pieceBytes += bytes;
    if (a.asn !== b.asn) this.counts.crossAsnBytes += bytes;
    if (a.region !== b.region) this.counts.crossRegionBytes += bytes;
  }

  #break(from: PeerId, to: PeerId, noticeMs: Ms): void {
    const link = this.#links.get(pairOf(from, to));
    if (link === undefined) return;
    this.#links.delete(pairOf(from, to));
    this.#partners.get(from)?.delete(to);
    this.#partners.get(to)?.delete(from);
    for (const lane of ['c', 'p']) {
      this.#ends.get(from)?.access.up.cut(`${to}/${lane}`);
      this.#ends.get(to)?.access.up.cut(`${from}/${lane}`);
    }
    const wasHalf = link.status === 'half';
    link.status = 'closed';
    if (wasHalf) return;
    this.#agenda.after(noticeMs, () => this.#ends.get(to)?.down(from));
  }
}

function pairOf(a: PeerId, b: PeerId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function newLink(): LinkState {
  return { status: 'half', wantedBy: new Set(), early: new Map(), orders: new Map() };
}

function orderOf(link: LinkState, from: PeerId): Order {
  const order = link.orders.get(from) ?? { lastAt: 0 };
  link.orders.set(from, order);
  return order;
}

/** Beside its payload: SCTP, DTLS, UDP, IP. */
const OVERHEAD = 70;
const PIECE_HEADER = 15;
