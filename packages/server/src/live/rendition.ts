/** One rendition of a live channel: its packager, its segments and parts, and its playlists. */
import {
  createPackager,
  formatHint,
  type LiveForm,
  type LivePart,
  type LiveSegment,
  type MediaSegment,
  mapTag,
  type Packaged,
  type Packager,
  type RenditionReport,
  type Standing,
  type Track,
  writeLivePlaylist,
} from '@shoal/core/media';
import { FLAG } from '@shoal/core/wire';
import { mediaType } from '../origin/media-type.js';
import { sha256, signPart } from '../origin/signer.js';
import { type Stream, type WrittenPlaylist, written } from '../origin/stream.js';
import type { Meters } from '../telemetry/meters.js';
import { GRACE_MS, type LiveConfig, MEMORY_MS, SEGMENTS_LISTED_MAX } from './config.js';
import type { SegmentDisk } from './segment-disk.js';

export interface RenditionParts {
  readonly stream: Stream;
  readonly rendition: number;
  readonly config: LiveConfig;
  readonly tag: () => string;
  /** Where the other renditions stand. */
  readonly reports: () => readonly RenditionReport[];
  readonly disk: SegmentDisk | undefined;
  readonly meters: Meters;
  /** Something was said of it that it had not said before. */
  readonly onNews: (news: Packaged) => void;
}

type Part = Extract<Packaged, { type: 'part-made' }>;
type Segment = Extract<Packaged, { type: 'segment-made' }>;

/** A segment that a playlist names, or named lately. */
interface Held extends LiveSegment {
  /** Undefined: on disk alone. */
  bytes: Buffer | undefined;
  readonly byteLength: number;
  readonly path: string;
  readonly partPaths: readonly string[];
  readonly forced: boolean;
}

interface Open {
  readonly dateMs: number;
  readonly discontinuity: boolean;
  readonly parts: LivePart[];
  readonly bytes: Buffer[];
}

export class LiveRendition {
  readonly #parts: RenditionParts;
  readonly #packager: Packager;
  readonly #held: Held[] = [];
  /** Bytes of parts, by path. */
  readonly #partBytes = new Map<string, Buffer>();
  readonly #inits: {
    readonly path: string;
    readonly bytes: Buffer;
    readonly digest: Uint8Array;
  }[] = [];
  #initCount = 0;
  readonly #watchers = new Set<() => void>();
  readonly #playlists = new Map<string, WrittenPlaylist>();
  #open: Open | undefined;
  #began = { atMs: 0, dateMs: 0 };
  /** Of segments that are not listed any more. */
  #discontinuities = 0;
  #listedFrom = 0;
  #ended = false;
  #forced = false;
  tracks: readonly Track[] = [];
  peakBps = 0;
  #bits = 0;
  #seconds = 0;

  constructor(parts: RenditionParts) {
    this.#parts = parts;
    this.#packager = createPackager(parts.config);
  }

  get endMs(): number {
    return this.#packager.endMs;
  }

  get averageBps(): number {
    return this.#seconds > 0 ? this.#bits / this.#seconds : 0;
  }

  /** An encoder starts: its time zero is `atMs` of the channel, and `dateMs` since 1970. */
  begin(atMs: number, dateMs: number): void {
    this.#began = { atMs, dateMs };
    this.#packager.begin(atMs);
  }

  /** Throws `media/box` when these are no bytes of an encoder. */
  push(bytes: Buffer): void {
    for (const one of this.#packager.push(bytes)) this.#take(one);
  }

  /** The encoder has ended; the stream may go on. */
  pause(): void {
    for (const one of this.#packager.end()) this.#take(one);
  }

  /** No more will come. */
  end(): void {
    this.#ended = true;
    this.#changed();
    this.#writePlain();
  }

  standing(): Standing {
    const last = this.#held.at(-1);
    return {
      lastSequence: last?.segment.sequence ?? -1,
      lastParts: last?.parts.length ?? 0,
      openParts: this.#open?.parts.length ?? 0,
      partTargetMs: this.#packager.partTargetMs,
      ended: this.#ended,
    };
  }

  report(): RenditionReport {
    const { lastSequence, openParts, lastParts } = this.standing();
    const uri = `r${this.#parts.rendition}.ll.m3u8`;
    return openParts > 0
      ? { uri, lastSequence: lastSequence + 1, lastPart: openParts - 1 }
      : { uri, lastSequence, lastPart: lastParts > 0 ? lastParts - 1 : undefined };
  }

  /** Undefined before the first segment is complete. */
  playlist(form: LiveForm): WrittenPlaylist | undefined {
    const { targetMs, partTargetMs } = this.#packager;
    if (targetMs === undefined) return undefined;
    const key = `${form.parts} ${form.skip}`;
    const known = this.#playlists.get(key);
    if (known !== undefined) return known;
    const listed = this.#held.slice(this.#firstListed());
    const open = this.#open;
    const text = writeLivePlaylist(
      {
        targetMs,
        partTargetMs,
        segments: listed,
        mediaSequence: listed[0]?.segment.sequence ?? this.#listedFrom,
        discontinuitySequence: this.#discontinuities,
        independent: !this.#forced,
        open: open === undefined ? undefined : { ...open, mapTag: this.#mapTag() },
        hintUri: this.#ended ? undefined : this.#hintUri(),
        reports: this.#parts.reports(),
        ended: this.#ended,
        extraTags: form.parts ? [] : [this.#parts.tag()],
      },
      form,
    );
    const playlist = written(text, !this.#ended, targetMs);
    this.#playlists.set(key, playlist);
    return playlist;
  }

  /** Calls `changed` when there is more; returns its undo. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /** Bytes of an object of this rendition in memory. */
  bytesOf(path: string): Buffer | undefined {
    const part = this.#partBytes.get(path);
    if (part !== undefined) return part;
    const init = this.#inits.find((one) => one.path === path);
    return init?.bytes ?? this.#held.findLast((one) => one.path === path)?.bytes;
  }

  /** Whether the next part, which the playlist hints at, is to be here. */
  isHinted(path: string): boolean {
    return !this.#ended && path === this.#hintUri();
  }

  #take(one: Packaged): void {
    if (one.type === 'described') this.#newInit(one);
    else if (one.type === 'part-made') this.#newPart(one);
    else this.#newSegment(one);
    this.#changed();
    this.#parts.onNews(one);
  }

  #newInit({ bytes, tracks }: Extract<Packaged, { type: 'described' }>): void {
    this.tracks = tracks;
    const body = Buffer.from(bytes);
    const digest = sha256(body);
    if (this.#inits.at(-1)?.bytes.equals(body)) return;
    const path = `${this.#prefix()}i${this.#initCount}.mp4`;
    this.#initCount += 1;
    this.#inits.push({ path, bytes: body, digest });
    this.#offer(path, undefined);
  }

  #newPart(part: Part): void {
    const { sequence, index, durationMs, independent, discontinuity, startMs } = part;
    const bytes = Buffer.from(part.bytes.buffer, part.bytes.byteOffset, part.bytes.length);
    const { atMs, dateMs } = this.#began;
    this.#open ??= { dateMs: dateMs + startMs - atMs, discontinuity, parts: [], bytes: [] };
    const path = this.#partPath(sequence, index);
    this.#open.parts.push({ uri: path, durationMs, independent });
    this.#open.bytes.push(bytes);
    this.#partBytes.set(path, bytes);
    this.#offer(path, undefined);
  }

  #newSegment(done: Segment): void {
    const open = this.#open as Open;
    this.#open = undefined;
    const bytes = Buffer.concat(open.bytes);
    const { sequence, durationMs, discontinuity } = done;
    const path = `${this.#prefix()}${sequence}.m4s`;
    const segment: MediaSegment = {
      sequence,
      durationMs,
      uri: path,
      discontinuity,
      programDateTimeMs: open.dateMs,
      gap: false,
      mapTag: this.#mapTag(),
      keyTags: [],
      otherTags: [],
    };
    const { byteLength } = bytes;
    const partPaths = open.parts.map(({ uri }) => uri);
    const forced = done.forced || !done.independent;
    if (forced) this.#forced = true;
    this.#held.push({ segment, parts: open.parts, bytes, byteLength, path, partPaths, forced });
    this.#parts.disk?.keep(path, bytes);
    this.#measure(byteLength, durationMs);
    this.#offer(path, sequence);
    this.#slide();
    this.#changed();
    this.#writePlain();
    this.#sign(done, segment, bytes);
  }

  /** A record a segment, as one part of it; parts have records of their own once peers know them. */
  #sign({ startMs, independent }: Segment, segment: MediaSegment, bytes: Buffer): void {
    const { stream, rendition, meters } = this.#parts;
    const { sequence, durationMs, discontinuity } = segment;
    const init = this.#inits.at(-1);
    const hint = formatHint(segment) ?? '';
    const flags =
      FLAG.lastPart |
      (independent ? FLAG.independent : 0) |
      (discontinuity ? FLAG.discontinuity : 0);
    stream.segments.set(`${rendition}/${sequence}`, {
      rendition,
      sequence,
      durationMs,
      mediaTimeMs: startMs,
      flags,
      place: placeOf(segment.uri),
      init: init === undefined ? undefined : placeOf(init.path),
      hint,
    });
    const key = { rendition, sequence, part: 0 };
    const rest = { init: init?.digest, hint, durationMs, mediaTimeMs: startMs, flags };
    stream.records.add(signPart(stream.signing, { key, bytes, ...rest }));
    meters.signed();
  }

  /** Lets go what is older than the window. */
  #slide(): void {
    const { stream, rendition, config, disk } = this.#parts;
    const before = this.#listedFrom;
    for (const one of this.#held.slice(0, this.#firstOf(MEMORY_MS))) {
      for (const path of one.partPaths) this.#forgetPart(path);
      if (disk !== undefined) one.bytes = undefined;
    }
    // What a full disk did not take is listed no longer than memory has it.
    const lost = this.#held.findLastIndex(({ bytes, path }) => !bytes && disk?.has(path) !== true);
    const first = this.#held[Math.max(this.#firstOf(config.windowMs), lost + 1)] as Held;
    this.#listedFrom = first.segment.sequence;
    const base = this.#held[0]?.segment.sequence ?? 0;
    for (let sequence = before; sequence < this.#listedFrom; sequence++) {
      if (this.#held[sequence - base]?.segment.discontinuity) this.#discontinuities += 1;
    }
    const old = Math.min(this.#firstOf(config.windowMs + GRACE_MS), this.#firstListed());
    const gone = this.#held.splice(0, old);
    for (const one of gone) {
      stream.objects.delete(one.path);
      stream.segments.delete(`${rendition}/${one.segment.sequence}`);
      disk?.drop(one.path);
      for (const path of one.partPaths) this.#forgetPart(path);
    }
    const oldest = this.#held[0]?.segment;
    if (gone.length > 0 && oldest !== undefined) stream.records.forget(rendition, oldest.sequence);
    this.#forgetInits();
  }

  #forgetPart(path: string): void {
    this.#partBytes.delete(path);
    this.#parts.stream.objects.delete(path);
  }

  #forgetInits(): void {
    const used = new Set(this.#held.map(({ segment }) => segment.mapTag));
    const isUsed = (path: string): boolean => used.has(mapTag(path));
    const old = this.#inits.slice(0, -1).filter(({ path }) => !isUsed(path));
    for (const one of old) {
      this.#inits.splice(this.#inits.indexOf(one), 1);
      this.#parts.stream.objects.delete(one.path);
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

  /**
   * The part after the last. A segment that is long enough ends at the next frame, by the keyframes
   * that encoders are asked for; a wrong hint costs its asker a request.
   */
  #hintUri(): string {
    const next = (this.#held.at(-1)?.segment.sequence ?? -1) + 1;
    const parts = this.#open?.parts ?? [];
    const soFarMs = parts.reduce((sum, { durationMs }) => sum + durationMs, 0);
    const { segmentMs } = this.#parts.config;
    const ends = soFarMs >= segmentMs - this.#packager.partTargetMs / 2;
    return ends ? this.#partPath(next + 1, 0) : this.#partPath(next, parts.length);
  }

  #offer(path: string, sequence: number | undefined): void {
    const { stream, rendition } = this.#parts;
    const part = sequence === undefined ? undefined : { rendition, sequence };
    stream.objects.set(path, { place: placeOf(path), type: mediaType(path), part });
  }

  #measure(bytes: number, durationMs: number): void {
    if (durationMs <= 0) return;
    this.peakBps = Math.max(this.peakBps, (8000 * bytes) / durationMs);
    this.#bits += 8 * bytes;
    this.#seconds += durationMs / 1000;
  }

  #writePlain(): void {
    const { stream, rendition } = this.#parts;
    const playlist = this.playlist({ parts: false, skip: false });
    if (playlist !== undefined) stream.playlists.set(rendition, playlist);
  }

  #changed(): void {
    this.#playlists.clear();
    for (const changed of [...this.#watchers]) changed();
  }

  #mapTag(): string {
    return mapTag(this.#inits.at(-1)?.path ?? '');
  }

  #prefix(): string {
    const { stream, rendition } = this.#parts;
    return `r${rendition}/${stream.signing.epoch.toString(36)}-`;
  }

  #partPath(sequence: number, index: number): string {
    return `${this.#prefix()}${sequence}.${index}.m4s`;
  }
}

function placeOf(path: string) {
  return { url: `live:${path}`, slice: undefined };
}
