/** Writes a media playlist from the last one that HTTP brought and the verified records since. */
import type { PartRecord } from '@shoal/core/wire';
import { dateLine, type MediaText, readHint, type SegmentText } from './playlist-text.js';

/** The record says that nothing comes after it. */
const END_OF_STREAM = 16;

/**
 * The playlist that HTTP would bring now. `records` are those after `base`, one a segment, without
 * a gap: each one's hint holds its segment's lines. As many segments leave at the front as join at
 * the end.
 */
export function writeMedia(base: MediaText, records: readonly PartRecord[]): string {
  const all = [...base.segments];
  for (const { hint, sequence } of records) all.push(readHint(hint, sequence, all.at(-1)));
  const leaving = base.keepsAll ? 0 : records.length;
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
  kept.forEach((segment, index) => {
    const { keys = [], map = '' } = kept[index - 1] ?? {};
    if (segment.keys.join() !== keys.join()) lines.push(...segment.keys);
    if (segment.map !== map) lines.push(segment.map);
    if (index === 0) lines.push(...dateLine(segment));
    lines.push(...segment.lines.map((line) => withStart(line, segment)));
  });
  return [...lines, ...(ended ? ['#EXT-X-ENDLIST'] : []), ''].join('\n');
}

const COUNTED = /^#EXT-X-(?:MEDIA-SEQUENCE|DISCONTINUITY-SEQUENCE):/;

/** The segment that a byte range followed may have left, so its start is written out. */
function withStart(line: string, { range }: SegmentText): string {
  if (!range || !line.startsWith('#EXT-X-BYTERANGE:')) return line;
  return `#EXT-X-BYTERANGE:${range.length}@${range.from}`;
}
