/** One rendition of a followed stream: turns what its source's playlist says into what we serve. */
import { FLAG } from '@shoal/core/wire';
import type { Segment } from '../origin/segment.js';
import { type Stream, written } from '../origin/stream.js';
import type { Addresses } from './addresses.js';
import { type Continuity, continuity, type Known, knownOf } from './numbering.js';
import { hintOf, type MediaView, type NamedSegment, writeMedia } from './playlist.js';
import { createTimeline, type Timeline } from './timeline.js';

export interface RenditionParts {
  readonly stream: Stream;
  readonly rendition: number;
  readonly addresses: Addresses;
  /** The line that names the stream in this rendition's playlist. */
  readonly tag: () => string;
  /** A segment is new to us; `rank` says how urgent its record is, lowest first. */
  readonly onSegment: (segment: Segment, rank: number) => void;
  /** Segments before `sequence` are too old to be asked for. */
  readonly onForget: (rendition: number, before: number) => void;
}

export interface Rendition {
  /**
   * Takes what the source says now; `restarted` means: forget all renditions and offer it again.
   */
  offer(view: MediaView): Continuity;
  reset(): void;
}

export function createRendition(parts: RenditionParts): Rendition {
  const { stream, rendition } = parts;
  let known: Known | undefined;
  let timeline: Timeline = createTimeline();
  return {
    offer: (view) => {
      const how = known === undefined ? 'next' : continuity(known, view.segments, view.live);
      if (how === 'stale' || how === 'restarted') return how;
      const fresh = known === undefined ? undefined : known.last;
      known = knownOf(view.segments, view.live);
      take(parts, view, timeline, fresh);
      forgetOld(parts, view, timeline);
      return how;
    },
    reset: () => {
      known = undefined;
      timeline = createTimeline();
      stream.playlists.delete(rendition);
    },
  };
}

/** Names every segment, writes the playlist, and only then hands new segments on to be signed. */
function take(
  parts: RenditionParts,
  view: MediaView,
  timeline: Timeline,
  lastKnown: number | undefined,
): void {
  const { stream, rendition, addresses } = parts;
  const added: Segment[] = [];
  for (const named of view.segments) {
    addresses.register(rendition, named);
    const id = `${rendition}/${named.sequence}`;
    const mediaTimeMs = timeline.place(named);
    if (stream.segments.has(id)) continue;
    const segment = describe(parts, view, named, mediaTimeMs);
    stream.segments.set(id, segment);
    if (!named.gap) added.push(segment);
  }
  stream.live = view.live;
  const text = writeMedia(view, rendition, addresses, parts.tag());
  stream.playlists.set(rendition, written(text, view.live, view.targetMs));
  const ranks = lastKnown === undefined && view.live ? startingRanks(added.length) : undefined;
  added.forEach((segment, i) => {
    const fresh =
      lastKnown !== undefined ? FRESH : segment.sequence - (view.segments[0]?.sequence ?? 0);
    parts.onSegment(segment, ranks?.[i] ?? fresh);
  });
}

function describe(
  { rendition, addresses }: RenditionParts,
  view: MediaView,
  named: NamedSegment,
  mediaTimeMs: number,
): Segment {
  const ends = !view.live && named === view.segments.at(-1);
  return {
    rendition,
    sequence: named.sequence,
    durationMs: named.durationMs,
    mediaTimeMs,
    flags:
      FLAG.lastPart |
      (view.independent ? FLAG.independent : 0) |
      (named.discontinuity ? FLAG.discontinuity : 0) |
      (ends ? FLAG.endOfStream : 0),
    place: named.place,
    init: named.init,
    hint: hintOf(view, named, rendition, addresses),
  };
}

/**
 * A live viewer starts about three segments behind: those first, then the newest, then the past.
 */
function startingRanks(count: number): number[] {
  const start = Math.max(0, count - 4);
  return Array.from({ length: count }, (_, i) => (i >= start ? i - count : count - i));
}

/** Viewers lag behind the playlist, and records let them look back a little. */
function forgetOld(
  { stream, rendition, onForget }: RenditionParts,
  view: MediaView,
  timeline: Timeline,
): void {
  const first = view.segments[0]?.sequence;
  if (!view.live || first === undefined) return;
  const kept = Math.ceil(BEHIND_MS / Math.max(500, view.targetMs));
  const before = first - kept;
  for (const [id, segment] of stream.segments) {
    if (segment.rendition === rendition && segment.sequence < before) stream.segments.delete(id);
  }
  for (const [path, { part }] of stream.objects) {
    if (part?.rendition === rendition && part.sequence < before) stream.objects.delete(path);
  }
  stream.records.forget(rendition, before);
  timeline.forget(before);
  onForget(rendition, before);
}

const BEHIND_MS = 120_000;
/** Before everything else that waits. */
const FRESH = -1000;
