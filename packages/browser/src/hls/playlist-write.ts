/** Writes a media playlist from the last one that HTTP brought and the verified records since. */
import type { PartRecord } from '@shoal/core/wire';
import {
  type Carry,
  carryOn,
  dateLine,
  type MediaText,
  NO_CARRY,
  readHint,
  type SegmentText,
} from './playlist-text.js';

/** The record says that nothing comes after it. */
const END_OF_STREAM = 16;

/**
 * The playlist that HTTP would bring now. `records` are those after `base`, one a segment, without
 * a gap: each one's hint holds its segment's lines. As many segments leave at the front as join at
 * the end.
 */
export function writeMedia(base: MediaText, records: readonly PartRecord[]): string {
  let carry = base.segments.reduce((before, segment) => carryOn(segment, before), NO_CARRY);
  const added: SegmentText[] = [];
  for (const record of records) {
    const segment = readHint(record.hint, record.sequence, carry);
    carry = carryOn(segment, carry);
    added.push(segment);
  }
  const leaving = base.keepsAll ? 0 : added.length;
  const all = [...base.segments, ...added];
  const ended = ((records.at(-1)?.flags ?? 0) & END_OF_STREAM) !== 0;
  return textOf(base, all.slice(0, leaving), all.slice(leaving), ended);
}

function textOf(
  base: MediaText,
  left: readonly SegmentText[],
  kept: readonly SegmentText[],
  ended: boolean,
): string {
  const discontinuity = base.discontinuity + left.filter((one) => one.discontinuity).length;
  const head = base.head.filter((line) => !COUNTED.test(line));
  const lines = [
    ...head,
    `#EXT-X-MEDIA-SEQUENCE:${kept[0]?.sequence ?? base.sequence}`,
    ...(discontinuity > 0 ? [`#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuity}`] : []),
  ];
  let carry: Carry = NO_CARRY;
  for (const segment of kept) {
    if (segment.keys.join() !== carry.keys.join()) lines.push(...segment.keys);
    if (segment.map !== carry.map) lines.push(segment.map);
    if (segment === kept[0]) lines.push(...dateLine(segment));
    lines.push(...segment.lines.map((line) => withStart(line, segment)));
    carry = carryOn(segment, carry);
  }
  return [...lines, ...(ended ? ['#EXT-X-ENDLIST'] : []), ''].join('\n');
}

const COUNTED = /^#EXT-X-(?:MEDIA-SEQUENCE|DISCONTINUITY-SEQUENCE):/;

/** The segment that a byte range followed may have left, so its start is written out. */
function withStart(line: string, { range }: SegmentText): string {
  if (!range || !line.startsWith('#EXT-X-BYTERANGE:')) return line;
  return `#EXT-X-BYTERANGE:${range.length}@${range.from}`;
}
