/** Extends a media playlist by verified records, and writes it as HTTP would bring it then. */
import type { PartRecord } from '@shoal/core/wire';
import {
  dateLine,
  type MediaText,
  NO_KEY,
  readHint,
  type SegmentText,
  TAIL,
} from './playlist-text.js';

const INDEPENDENT = 1;
/** The record says that nothing comes after it. */
const END_OF_STREAM = 16;

/**
 * The playlist with the part that `record` describes, or the segment that it completes; `text`
 * itself when it has that, when something between is missing, or when it lists parts and the record
 * says nothing of any.
 */
export function extend(text: MediaText, { hint, sequence, part, flags }: PartRecord): MediaText {
  const { segments, open, head } = text;
  const last = segments.at(-1);
  const known = open?.parts ?? [];
  if (!last || sequence !== last.sequence + 1 || part > known.length) return text;
  const own = readHint(hint, sequence, last);
  const isNew = part === known.length || own.uri !== '';
  if (!isNew || own.parts.length === (text.partMs > 0 ? 0 : 1)) return text;
  const parts = part < known.length ? known : [...known, ...own.parts];
  const durationMs = own.durationMs + (own.uri === '' ? (open?.durationMs ?? 0) : 0);
  const grown = { ...(own.uri === '' && open ? open : own), parts, durationMs };
  const isBroken = part === 0 && (flags & INDEPENDENT) === 0;
  return withoutOldParts({
    ...text,
    head: isBroken ? head.filter((line) => line !== '#EXT-X-INDEPENDENT-SEGMENTS') : head,
    tail: [
      ...hint.split('\n').filter((line) => TAIL.test(line)),
      ...text.tail.filter((line) => line.includes('LAST-MSN')),
    ],
    ...(own.uri === '' ? { open: grown } : complete(text, grown)),
    live: (flags & END_OF_STREAM) === 0,
  });
}

/** As much leaves at the front as keeps the window, when something had left it before. */
function complete({ segments, windowMs, discontinuity }: MediaText, done: SegmentText) {
  const kept = [...segments, done];
  let spareMs = kept.reduce((sum, { durationMs }) => sum + durationMs, 0) - windowMs;
  let gone = 0;
  for (const { durationMs } of segments) {
    spareMs -= durationMs;
    if (spareMs < -ROUNDING_MS) break;
    gone++;
  }
  const left = kept.splice(0, gone).filter((one) => one.discontinuity).length;
  return {
    open: undefined,
    segments: kept,
    sequence: kept[0]!.sequence,
    discontinuity: discontinuity + left,
  };
}

const ROUNDING_MS = 1;

/** Parts belong to the last three target durations (the draft, section 4.4.4.9). */
function withoutOldParts(text: MediaText): MediaText {
  const old = behind(text, 3 * text.targetMs);
  if (!text.segments[old - 1]?.parts.length) return text;
  const segments = text.segments.map((one, i) => (i < old ? { ...one, parts: [] } : one));
  return { ...text, segments };
}

/** How many of the first segments end further than `ms` from the end of all. */
function behind({ segments, open }: MediaText, ms: number): number {
  let left = ms - (open?.durationMs ?? 0);
  let index = segments.length;
  while (index > 0 && left > 0) left -= segments[--index]!.durationMs;
  return index;
}

/** `skip`: an update is enough, where the playlist offers any. */
export function writeMedia(text: MediaText, skip = false): string {
  const { head, segments, open, sequence, discontinuity, skipMs } = text;
  const all = open ? [...segments, open] : segments;
  const skipped = skip && skipMs > 0 ? behind(text, skipMs) : 0;
  const lines = [
    ...head.map((line) => (skipped > 0 ? line.replace(/^#EXT-X-VERSION:.*/, VERSION) : line)),
    `#EXT-X-MEDIA-SEQUENCE:${sequence}`,
  ];
  if (discontinuity > 0) lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuity}`);
  if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`);
  all.slice(skipped).forEach((one, i) => {
    lines.push(...linesOf(one, all[skipped + i - 1]));
  });
  const end = text.live ? tailOf(text) : ['#EXT-X-ENDLIST'];
  return [...lines, ...end, ''].join('\n');
}

/** Skipping needs it. */
const VERSION = '#EXT-X-VERSION:9';

function linesOf(one: SegmentText, before?: SegmentText): string[] {
  const { lines, parts } = one;
  const said = one.discontinuity ? ['#EXT-X-DISCONTINUITY'] : [];
  said.push(...stickyLines(one, before));
  if (!before) said.push(...dateLine(one));
  const rest = lines.map((line) => withStart(line, one));
  const at = rest.findIndex((line) => line.startsWith('#EXTINF:'));
  const own = at < 0 ? rest : rest.splice(0, at);
  return [...said, ...own, ...parts, ...(at < 0 ? [] : rest)];
}

/** Keys and the initialisation section, where they change; it may need other keys, or none. */
function stickyLines({ keys, map, mapKeys }: SegmentText, before?: SegmentText): string[] {
  const linesOfKeys = (of: readonly string[]) => (of.length > 0 ? of : [NO_KEY]);
  const isNewMap = map !== (before?.map ?? '');
  if (isNewMap && mapKeys.join() !== keys.join())
    return [...linesOfKeys(mapKeys), map, ...linesOfKeys(keys)];
  const isNewKey = keys.join() !== (before?.keys ?? []).join();
  return [...(isNewKey ? linesOfKeys(keys) : []), ...(isNewMap ? [map] : [])];
}

/** The other renditions are where this one is: one encoder makes them. */
function tailOf({ tail, segments, open }: MediaText): string[] {
  const { sequence = 0, parts = [] } = open ?? segments.at(-1) ?? {};
  return tail.map((line) =>
    line
      .replace(/LAST-MSN=\d+/, `LAST-MSN=${sequence}`)
      .replace(/LAST-PART=\d+/, `LAST-PART=${parts.length - 1}`),
  );
}

/** The segment that a byte range followed may have left, so its start is written out. */
function withStart(line: string, { range }: SegmentText): string {
  if (!range || !line.startsWith('#EXT-X-BYTERANGE:')) return line;
  return `#EXT-X-BYTERANGE:${range.length}@${range.from}`;
}
