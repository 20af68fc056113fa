/** The segments of one rendition that viewers may ask for: in memory, on disk, and no more. */
import type { LivePart, LiveSegment } from '@shoal/core/media';
import { LIMITS, type SealedRecord } from '@shoal/core/wire';
import type { Stream } from '../origin/stream.js';
import { GRACE_MS, type LiveConfig, MEMORY_MS, SEGMENTS_LISTED_MAX } from './config.js';
import { dropRecords, keepRecords, readRecords } from './record-archive.js';
import type { SegmentDisk } from './segment-disk.js';

export interface WindowParts {
  readonly stream: Stream;
  readonly rendition: number;
  readonly config: LiveConfig;
  readonly disk: SegmentDisk | undefined;
}

/** A segment that a playlist names, or named lately. */
export interface Held extends LiveSegment {
  /** Undefined: on disk alone, with its records; then its parts have no address any more. */
  bytes: Buffer | undefined;
  parts: readonly LivePart[];
  readonly path: string;
}

export class LiveWindow {
  readonly #parts: WindowParts;
  readonly #held: Held[] = [];
  #listedFrom = 0;
  /** Of segments that are not listed any more. */
  discontinuitySequence = 0;

  constructor(parts: WindowParts) {
    this.#parts = parts;
  }

  get last(): Held | undefined {
    return this.#held.at(-1);
  }

  /** What a playlist names, oldest first. */
  get listed(): readonly Held[] {
    return this.#held.slice(this.#firstListed());
  }

  get mediaSequence(): number {
    return this.#held[this.#firstListed()]?.segment.sequence ?? this.#listedFrom;
  }

  /** Of all segments that are here. */
  get mapTags(): ReadonlySet<string | undefined> {
    return new Set(this.#held.map(({ segment }) => segment.mapTag));
  }

  bytesOf(path: string): Buffer | undefined {
    return this.#held.findLast((one) => one.path === path)?.bytes;
  }

  /** The newest segment, whose records are all there; what is older than the window goes. */
  add(segment: Held & { bytes: Buffer }): void {
    this.#held.push(segment);
    this.#keepOnDisk(segment.path, segment.bytes, segment.segment.sequence);
    this.#slide();
  }

  /** Records from `since` on, oldest first, wherever they are. */
  async records(since: number, count: number): Promise<readonly SealedRecord[]> {
    const { stream, rendition, disk } = this.#parts;
    const young = stream.records.list(rendition, since, count);
    const first = Math.max(0, since - (this.#held[0]?.segment.sequence ?? 0));
    const archived = this.#held
      .slice(first, first + count)
      .filter(({ bytes }) => bytes === undefined)
      .map(({ path }) => path);
    if (disk === undefined || archived.length === 0) return young;
    // Listed before the disk is read: meanwhile the oldest in memory may leave it.
    return [...(await readRecords(disk, archived, count)), ...young].slice(0, count);
  }

  /** Lets go of everything, on disk too. */
  clear(): void {
    for (const one of this.#held.splice(0)) this.#forgetOnDisk(one.path);
  }

  /** Lets go what is older than the window. */
  #slide(): void {
    const { stream, rendition, config, disk } = this.#parts;
    const before = this.#listedFrom;
    if (disk !== undefined) this.#leaveMemory();
    // What a full disk did not take is listed no longer than memory has it.
    const lost = this.#held.findLastIndex(({ bytes, path }) => !bytes && disk?.has(path) !== true);
    const first = this.#held[Math.max(this.#firstOf(config.windowMs), lost + 1)] as Held;
    this.#listedFrom = first.segment.sequence;
    const base = this.#held[0]?.segment.sequence ?? 0;
    for (let sequence = before; sequence < this.#listedFrom; sequence++) {
      if (this.#held[sequence - base]?.segment.discontinuity) this.discontinuitySequence += 1;
    }
    const old = Math.min(this.#firstOf(config.windowMs + GRACE_MS), this.#firstListed());
    const gone = this.#held.splice(0, old);
    for (const one of gone) {
      stream.objects.delete(one.path);
      for (const { uri } of one.parts) stream.objects.delete(uri);
      this.#forgetOnDisk(one.path);
    }
    const oldest = this.#held[0]?.segment;
    if (gone.length > 0 && oldest !== undefined) stream.records.forget(rendition, oldest.sequence);
  }

  #keepOnDisk(path: string, bytes: Buffer, sequence: number): void {
    const { stream, rendition, disk } = this.#parts;
    if (disk === undefined) return;
    disk.keep(path, bytes);
    keepRecords(disk, path, stream.records.list(rendition, sequence, LIMITS.listedRecords));
  }

  #forgetOnDisk(path: string): void {
    const { disk } = this.#parts;
    if (disk === undefined) return;
    disk.drop(path);
    dropRecords(disk, path);
  }

  /** What is on disk needs memory no longer: bytes, addresses of parts, and records. */
  #leaveMemory(): void {
    const { stream, rendition } = this.#parts;
    const young = this.#firstOf(MEMORY_MS);
    const leaving = this.#held.slice(0, young).filter(({ bytes }) => bytes !== undefined);
    for (const one of leaving) {
      one.bytes = undefined;
      for (const { uri } of one.parts) stream.objects.delete(uri);
      one.parts = [];
    }
    const oldest = this.#held[young]?.segment;
    if (leaving.length > 0 && oldest !== undefined) {
      stream.records.forget(rendition, oldest.sequence);
    }
  }

  /** The first segment that is less than `ms` from the end. */
  #firstOf(ms: number): number {
    let [left, index] = [ms, this.#held.length];
    while (index > 0 && left > 0) {
      index -= 1;
      left -= (this.#held[index] as Held).segment.durationMs;
    }
    return Math.max(index, this.#held.length - SEGMENTS_LISTED_MAX);
  }

  #firstListed(): number {
    return Math.max(0, this.#listedFrom - (this.#held[0]?.segment.sequence ?? 0));
  }
}
