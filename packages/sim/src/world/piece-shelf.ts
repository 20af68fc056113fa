/** The pieces of a viewer: which are held verified, which wait to be checked, and whether those are good. */
import type { PeerOutput } from '@shoal/core/peer';
import { type Bytes, type PartId, type PartKey, partId } from '@shoal/core/units';
import type { Media, Segment } from './media.js';

type Check = Extract<PeerOutput, { type: 'check' }>;

/** Bytes that a fetch has brought so far. */
export interface Fetched {
  bytes: Bytes;
  /** They do not match their record: the edge has another version. */
  readonly isStale: boolean;
}

export class PieceShelf {
  readonly #media: Media;
  readonly #broken: (what: string) => void;
  readonly #held = new Map<PartId, Set<number>>();
  readonly #arrivals = new Map<number, boolean>();
  #arrivalCount = 0;

  /** `broken` hears of every promise that the machine breaks. */
  constructor(media: Media, broken: (what: string) => void) {
    this.#media = media;
    this.#broken = broken;
  }

  /** The number of a piece that came from a peer, good or not. */
  arrive(isGood: boolean): number {
    this.#arrivalCount += 1;
    this.#arrivals.set(this.#arrivalCount, isGood);
    return this.#arrivalCount;
  }

  discard(arrival: number): void {
    this.#arrivals.delete(arrival);
  }

  /** Whether what is to be checked is what the record says. */
  inspect({ from, length }: Check, fetched: Fetched | undefined): boolean {
    if (from.in === 'arrival') {
      const isGood = this.#arrivals.get(from.arrival);
      this.#arrivals.delete(from.arrival);
      if (isGood === undefined) this.#broken('checks an arrival that it does not have');
      return isGood === true;
    }
    if (fetched === undefined || fetched.bytes < from.offset + length) {
      this.#broken('checks bytes that a fetch has not brought');
    }
    return fetched !== undefined && !fetched.isStale;
  }

  /** True when the part is whole with this piece. */
  hold(key: PartKey, index: number): boolean {
    const pieces = this.#held.get(partId(key)) ?? new Set();
    this.#held.set(partId(key), pieces.add(index));
    return pieces.size === this.#media.piecesOf(key);
  }

  evict(part: PartId): void {
    this.#held.delete(part);
  }

  expectHeld(key: PartKey, index: number): void {
    if (this.#held.get(partId(key))?.has(index) !== true) {
      this.#broken('sends a piece that it does not hold verified');
    }
  }

  /** Whether every part of a delivery is held whole and verified. */
  expectWhole(segment: Segment, parts: readonly PartId[]): boolean {
    const { part, ...named } = segment;
    const first = part ?? 0;
    const count = part === undefined ? this.#media.parts : 1;
    const isWhole =
      parts.length === count &&
      parts.every((id, i) => {
        const key = { ...named, part: first + i };
        return id === partId(key) && this.#held.get(id)?.size === this.#media.piecesOf(key);
      });
    if (!isWhole) this.#broken('delivers a part that is not held whole and verified');
    return isWhole;
  }
}
