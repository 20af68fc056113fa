/**
 * Media playlists of a running stream, with parts (draft-pantos-hls-rfc8216bis, which is "the
 * draft" here).
 */
import type { Ms } from '../../units/index.js';
import { formatHint } from '../hint.js';
import { formatSeconds, type MediaSegment, segmentLines } from '../segment.js';

export interface LivePart {
  readonly uri: string;
  readonly durationMs: Ms;
  readonly independent: boolean;
}

export interface LiveSegment {
  readonly segment: MediaSegment;
  /** Listed while the segment is near the end of the playlist. */
  readonly parts: readonly LivePart[];
}

/** The segment that is being made. */
export interface OpenSegment {
  readonly discontinuity: boolean;
  /** Since 1970. */
  readonly dateMs: number;
  readonly mapTag: string;
  readonly parts: readonly LivePart[];
}

/** Where another rendition stands. */
export interface RenditionReport {
  readonly uri: string;
  readonly lastSequence: number;
  /** Undefined when its last segment is complete and no part of the next is there. */
  readonly lastPart: number | undefined;
}

export interface LiveView {
  /** Whole seconds. */
  readonly targetMs: Ms;
  /** Undefined: there are no parts, as in a stream that is encrypted. */
  readonly partTargetMs: Ms | undefined;
  /** Oldest first, numbered without a gap. */
  readonly segments: readonly LiveSegment[];
  /** What the first segment, or the open one, is numbered. */
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  /** Every segment begins with a frame that needs no other. */
  readonly independent: boolean;
  readonly open: OpenSegment | undefined;
  /** The part after the last one. */
  readonly hintUri: string | undefined;
  readonly reports: readonly RenditionReport[];
  /** No more will come. */
  readonly ended: boolean;
  /** Whole lines about the playlist. */
  readonly extraTags: readonly string[];
}

/** `skip`: a delta update; the old segments are skipped when they are enough to skip. */
export function writeLivePlaylist(view: LiveView, skip: boolean): string {
  const { segments, open, ended } = view;
  const low = !ended;
  const skipped = low && skip ? skippable(view) : 0;
  const lines = headLines(view, low, skipped);
  if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`);
  const partsFrom = low ? firstWithParts(view) : segments.length;
  let before = segments[skipped - 1]?.segment;
  segments.forEach((one, index) => {
    if (index < skipped) return;
    const all = withSticky(one.segment, before);
    before = one.segment;
    const at = all.findIndex((line) => line.startsWith('#EXTINF:'));
    const listed = index < partsFrom ? [] : one.parts.map(partLine);
    lines.push(...all.slice(0, at), ...listed, ...all.slice(at));
  });
  if (low && open !== undefined) lines.push(...openLines(open, before?.mapTag));
  if (low && view.hintUri !== undefined) lines.push(hintLine(view.hintUri));
  if (low) lines.push(...view.reports.map(reportLine));
  if (ended) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

/** What a server promises for parts: frames of rounded length may make one a little longer. */
export function partTargetSeconds(partTargetMs: Ms): number {
  return (Math.ceil(partTargetMs) + 2) / 1000;
}

/** Older segments than this many target durations from the end may be skipped; the least allowed. */
export const SKIP_TARGETS = 6;

function headLines(view: LiveView, low: boolean, skipped: number): string[] {
  const target = Math.round(view.targetMs / 1000);
  const lines = ['#EXTM3U', `#EXT-X-VERSION:${skipped > 0 ? 9 : 6}`];
  lines.push(`#EXT-X-TARGETDURATION:${target}`);
  if (low) {
    const { partTargetMs } = view;
    const part = partTargetMs && partTargetSeconds(partTargetMs);
    const holdBack = part && `PART-HOLD-BACK=${(3 * part).toFixed(3)}`;
    const skip = `CAN-SKIP-UNTIL=${(SKIP_TARGETS * target).toFixed(1)}`;
    const control = ['CAN-BLOCK-RELOAD=YES', holdBack, skip].filter(Boolean);
    lines.push(`#EXT-X-SERVER-CONTROL:${control.join()}`);
    if (part !== undefined) lines.push(`#EXT-X-PART-INF:PART-TARGET=${part.toFixed(3)}`);
  }
  if (view.ended && view.mediaSequence === 0) lines.push('#EXT-X-PLAYLIST-TYPE:VOD');
  if (view.independent) lines.push('#EXT-X-INDEPENDENT-SEGMENTS');
  lines.push(...view.extraTags, `#EXT-X-MEDIA-SEQUENCE:${view.mediaSequence}`);
  if (view.discontinuitySequence > 0) {
    lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${view.discontinuitySequence}`);
  }
  return lines;
}

/**
 * What a playlist says of the last part of `open`, for its record: with a segment's first part how
 * the segment begins, with its last part the segment itself, and where the part after it will be.
 */
export function partHint(open: OpenSegment, hintUri: string, done?: MediaSegment): string {
  const last = open.parts.slice(-1).map(partLine);
  const lines = open.parts.length > 1 || done !== undefined ? last : openLines(open);
  const whole = done === undefined ? undefined : formatHint(done);
  return [...lines, hintLine(hintUri), ...(whole === undefined ? [] : [whole])].join('\n');
}

function hintLine(uri: string): string {
  return `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${uri}"`;
}

function openLines({ discontinuity, mapTag, dateMs, parts }: OpenSegment, map?: string): string[] {
  if (parts.length === 0) return [];
  const described = segmentLines(
    {
      sequence: 0,
      durationMs: 0,
      uri: '-',
      discontinuity,
      programDateTimeMs: dateMs,
      gap: false,
      mapTag,
      keyTags: [],
      otherTags: [],
    },
    mapTag !== map,
  );
  return [...described.filter((line) => /^#EXT-X-/.test(line)), ...parts.map(partLine)];
}

/** Keys and the initialisation section are said again only where they change. */
function withSticky(segment: MediaSegment, before: MediaSegment | undefined): string[] {
  if (segment.mapTag !== before?.mapTag) return segmentLines(segment, true);
  const isNewKey = segment.keyTags.join() !== before?.keyTags.join();
  return segmentLines({ ...segment, mapTag: undefined }, isNewKey);
}

function partLine({ uri, durationMs, independent }: LivePart): string {
  const start = independent ? ',INDEPENDENT=YES' : '';
  return `#EXT-X-PART:DURATION=${formatSeconds(durationMs)},URI="${uri}"${start}`;
}

function reportLine({ uri, lastSequence, lastPart }: RenditionReport): string {
  const part = lastPart === undefined ? '' : `,LAST-PART=${lastPart}`;
  return `#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${lastSequence}${part}`;
}

/** Parts belong to the last three target durations (the draft, section 4.4.4.9). */
function firstWithParts({ segments, targetMs, open }: LiveView): number {
  return behind(segments, 3 * targetMs - durationOf(open));
}

function skippable({ segments, targetMs, open }: LiveView): number {
  return behind(segments, SKIP_TARGETS * targetMs - durationOf(open));
}

/** How many of the first segments end further than `ms` from the end of the last. */
function behind(segments: readonly LiveSegment[], ms: number): number {
  let left = ms;
  let index = segments.length;
  while (index > 0 && left > 0) {
    index -= 1;
    left -= segments[index]!.segment.durationMs;
  }
  return index;
}

function durationOf(open: OpenSegment | undefined): number {
  return open?.parts.reduce((sum, { durationMs }) => sum + durationMs, 0) ?? 0;
}
