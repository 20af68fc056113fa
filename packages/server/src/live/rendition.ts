/** One rendition of a live channel: its packager, its segments and parts, and its playlists. */
import {
  createPackager,
  formatHint,
  type LivePart,
  type LiveView,
  type MediaSegment,
  mapTag,
  type OpenSegment,
  type Packaged,
  type Packager,
  partHint,
  type RenditionReport,
  type Standing,
  type Track,
  writeLivePlaylist,
} from '@shoal/core/media';
import { FLAG, type SealedRecord } from '@shoal/core/wire';
import { mediaType } from '../origin/media-type.js';
import type { Place } from '../origin/segment.js';
import { type PartToSign, sha256, signPart } from '../origin/signer.js';
import { type Stream, type WrittenPlaylist, written } from '../origin/stream.js';
import type { Meters } from '../telemetry/meters.js';
import type { LiveConfig } from './config.js';
import type { KeyRing } from './key-ring.js';
import type { SegmentDisk } from './segment-disk.js';
import { LiveWindow } from './window.js';

export interface RenditionParts {
  readonly stream: Stream;
  readonly rendition: number;
  readonly config: LiveConfig;
  readonly tag: () => string;
  /** Where the other renditions stand. */
  readonly reports: () => readonly RenditionReport[];
  readonly disk: SegmentDisk | undefined;
  /** Undefined: not encrypted. */
  readonly keys: KeyRing | undefined;
  readonly meters: Meters;
  /** Something was said of it that it had not said before. */
  readonly onNews: (news: Packaged) => void;
}

type Part = Extract<Packaged, { type: 'part-made' }>;
type Segment = Extract<Packaged, { type: 'segment-made' }>;

interface Open extends OpenSegment {
  readonly parts: LivePart[];
}

export class LiveRendition {
  readonly #parts: RenditionParts;
  readonly #packager: Packager;
  readonly #window: LiveWindow;
  /** Parts of the open segment and of the one before it, whose parts are slices of it from now on. */
  #recent: { readonly path: string; readonly bytes: Buffer }[] = [];
  readonly #inits: {
    readonly path: string;
    readonly bytes: Buffer;
    readonly digest: Uint8Array;
  }[] = [];
  #initCount = 0;
  readonly #watchers = new Set<() => void>();
  /** Since the last change: what all its playlists say, and those that were asked for. */
  #view: LiveView | undefined;
  readonly #playlists = new Map<boolean, WrittenPlaylist>();
  #open: Open | undefined;
  /** The newest part, until it is known whether its segment ends with it, since its record says so. */
  #unsigned: Omit<PartToSign, 'hint'> | undefined;
  #began = { atMs: 0, dateMs: 0 };
  #ended = false;
  /** A segment began with a frame that needs others. */
  #dependent = false;
  tracks: readonly Track[] = [];
  peakBps = 0;
  #bits = 0;
  #seconds = 0;

  constructor(parts: RenditionParts) {
    this.#parts = parts;
    this.#packager = createPackager(parts.config);
    this.#window = new LiveWindow(parts);
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
    if (this.#packager.hasBegun) this.#goOn();
  }

  /** The encoder has ended; the stream may go on. */
  pause(): void {
    for (const one of this.#packager.end()) this.#take(one);
  }

  /** No more will come. */
  end(): void {
    this.#ended = true;
    this.#changed();
    this.#publish();
  }

  standing(): Standing {
    const last = this.#window.last;
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
    const uri = `r${this.#parts.rendition}.m3u8`;
    return openParts > 0
      ? { uri, lastSequence: lastSequence + 1, lastPart: openParts - 1 }
      : { uri, lastSequence, lastPart: lastParts > 0 ? lastParts - 1 : undefined };
  }

  /** The first segment is complete. */
  get ready(): boolean {
    return this.#packager.targetMs !== undefined;
  }

  /** Undefined until it is ready. */
  playlist(skip: boolean): WrittenPlaylist | undefined {
    const { targetMs, partTargetMs } = this.#packager;
    if (targetMs === undefined) return undefined;
    const known = this.#playlists.get(skip);
    if (known !== undefined) return known;
    const { listed, mediaSequence, discontinuitySequence } = this.#window;
    // Other renditions go on meanwhile, and an update says of them what the whole playlist does.
    this.#view ??= {
      targetMs,
      partTargetMs: this.#parts.keys === undefined ? partTargetMs : undefined,
      segments: listed,
      mediaSequence,
      discontinuitySequence,
      independent: !this.#dependent,
      open: this.#open,
      hintUri: this.#hintUri(),
      reports: this.#parts.reports(),
      ended: this.#ended,
      extraTags: [this.#parts.tag()],
    };
    const playlist = written(writeLivePlaylist(this.#view, skip), !this.#ended, targetMs);
    this.#playlists.set(skip, playlist);
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

  /** Records from `since` on, oldest first, wherever they are. */
  records(since: number, count: number): Promise<readonly SealedRecord[]> {
    return this.#window.records(since, count);
  }

  /** Lets go of everything: another programme begins. */
  forget(): void {
    this.#window.clear();
  }

  /** Bytes of an object of this rendition in memory. */
  bytesOf(path: string): Buffer | undefined {
    const part = this.#recent.findLast((one) => one.path === path);
    if (part !== undefined) return part.bytes;
    const init = this.#inits.find((one) => one.path === path);
    return init?.bytes ?? this.#window.bytesOf(path);
  }

  /** Whether the next part, which the playlist hints at, is to be here. */
  isHinted(path: string): boolean {
    return path === this.#hintUri();
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
    this.#offer(path, placeOf(path));
  }

  #newPart(part: Part): void {
    const { sequence, index, durationMs, independent, discontinuity, startMs } = part;
    const bytes = Buffer.from(part.bytes.buffer, part.bytes.byteOffset, part.bytes.length);
    const { atMs, dateMs } = this.#began;
    this.#goOn();
    this.#open ??= {
      dateMs: dateMs + startMs - atMs,
      discontinuity,
      mapTag: this.#mapTag(),
      parts: [],
    };
    if (index === 0 && !independent) this.#dependent = true;
    const path = this.#partPath(sequence, index);
    // An encrypted segment is one part, once it is complete.
    if (this.#parts.keys !== undefined) {
      this.#recent.push({ path, bytes });
      return;
    }
    this.#open.parts.push({ uri: path, durationMs, independent });
    this.#recent.push({ path, bytes });
    this.#offer(path, placeOf(path));
    this.#unsigned = this.#describe(part, bytes);
  }

  #describe(part: Omit<Part, 'type' | 'bytes'>, bytes: Uint8Array): Omit<PartToSign, 'hint'> {
    const { sequence, index, independent, discontinuity, durationMs, startMs } = part;
    const flags =
      (independent ? FLAG.independent : 0) |
      (discontinuity && index === 0 ? FLAG.discontinuity : 0);
    const key = { rendition: this.#parts.rendition, sequence, part: index };
    const init = this.#inits.at(-1)?.digest;
    return { key, bytes, init, durationMs, mediaTimeMs: startMs, flags };
  }

  /** More of the open segment comes after its newest part. */
  #goOn(): void {
    if (this.#open === undefined || this.#unsigned === undefined) return;
    const wasToEnd = this.#isToEnd();
    const { sequence, part } = this.#unsigned.key;
    this.#sign(partHint(this.#open, this.#partPath(sequence, part + 1)));
    if (wasToEnd) this.#changed();
  }

  #sign(hint: string, flags = 0): void {
    const { stream, meters } = this.#parts;
    const part = this.#unsigned;
    this.#unsigned = undefined;
    if (part === undefined) return;
    stream.records.add(signPart(stream.signing, { ...part, hint, flags: part.flags | flags }));
    meters.signed();
  }

  #newSegment(done: Segment): void {
    const { mapTag, ...open } = this.#open as Open;
    this.#open = undefined;
    const { sequence, durationMs, discontinuity } = done;
    const path = `${this.#prefix()}${sequence}.m4s`;
    const segment: MediaSegment = {
      sequence,
      durationMs,
      uri: path,
      discontinuity,
      programDateTimeMs: open.dateMs,
      gap: false,
      mapTag,
      keyTags: [],
      otherTags: [],
    };
    const { keys } = this.#parts;
    if (keys !== undefined) this.#keepSealed(segment, done, keys);
    else this.#keepParts(segment, { ...open, mapTag });
    this.#offer(path, placeOf(path));
    this.#forgetInits();
    this.#changed();
    // Answers come from `playlist`; this one tells that there are some.
    if (!this.#parts.stream.playlists.has(this.#parts.rendition)) this.#publish();
  }

  /** Its parts are slices of it from now on. */
  #keepParts(segment: MediaSegment, open: Open): void {
    const path = segment.uri;
    const next = this.#partPath(segment.sequence + 1, 0);
    this.#sign(partHint(open, next, segment), FLAG.lastPart);
    this.#recent.splice(0, this.#recent.length - open.parts.length);
    const bytes = Buffer.concat(this.#recent.map((part) => part.bytes));
    let from = 0;
    for (const part of this.#recent) {
      const { length } = part.bytes;
      this.#offer(part.path, placeOf(path, { from, length }));
      from += length;
    }
    this.#measure(bytes.length, segment.durationMs);
    this.#window.add({ segment, parts: open.parts, bytes, path });
  }

  /** The record signs the encrypted bytes: peers carry nothing else. */
  #keepSealed(plain: MediaSegment, done: Segment, keys: KeyRing): void {
    const { durationMs, startMs } = done;
    const whole = Buffer.concat(this.#recent.splice(0).map((part) => part.bytes));
    const { bytes, keyTag } = keys.seal(whole, startMs);
    // The initialisation section is not encrypted, so no key stands before it.
    const segment = { ...plain, keyTags: [keyTag], mapKeyTags: [] };
    this.#unsigned = this.#describe({ ...done, index: 0 }, bytes);
    this.#sign(formatHint(segment) ?? '', FLAG.lastPart);
    this.#measure(bytes.length, durationMs);
    this.#window.add({ segment, parts: [], bytes, path: segment.uri });
  }

  #forgetInits(): void {
    if (this.#inits.length < 2) return;
    const { mapTags } = this.#window;
    const old = this.#inits.slice(0, -1).filter(({ path }) => !mapTags.has(mapTag(path)));
    for (const one of old) {
      this.#inits.splice(this.#inits.indexOf(one), 1);
      this.#parts.stream.objects.delete(one.path);
    }
  }

  /**
   * The part after the last. A segment that is long enough ends at the next frame, by the keyframes
   * that encoders are asked for; a wrong hint costs its asker a request.
   */
  #hintUri(): string | undefined {
    if (this.#ended || this.#parts.keys !== undefined) return undefined;
    const next = (this.#window.last?.segment.sequence ?? -1) + 1;
    const parts = this.#open?.parts ?? [];
    return this.#isToEnd() ? this.#partPath(next + 1, 0) : this.#partPath(next, parts.length);
  }

  /** Encoders are asked for a keyframe when a segment is as long as this. */
  #isToEnd(): boolean {
    const soFarMs = (this.#open?.parts ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);
    const isLong = soFarMs >= this.#parts.config.segmentMs - ROUNDING_MS;
    return this.#unsigned !== undefined && isLong;
  }

  #offer(path: string, place: Place): void {
    this.#parts.stream.objects.set(path, { place, type: mediaType(path), part: undefined });
  }

  #measure(bytes: number, durationMs: number): void {
    if (durationMs <= 0) return;
    this.peakBps = Math.max(this.peakBps, (8000 * bytes) / durationMs);
    this.#bits += 8 * bytes;
    this.#seconds += durationMs / 1000;
  }

  #publish(): void {
    const { stream, rendition } = this.#parts;
    const playlist = this.playlist(false);
    if (playlist !== undefined) stream.playlists.set(rendition, playlist);
  }

  #changed(): void {
    this.#view = undefined;
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

/** Clocks of whole milliseconds. */
const ROUNDING_MS = 2;

function placeOf(path: string, slice?: Place['slice']): Place {
  return { url: `live:${path}`, slice };
}
