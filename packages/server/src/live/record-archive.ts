/**
 * Records of segments that are on disk: written beside each segment, so that those of the last
 * minute are the only ones in memory however long viewers may go back.
 */
import { decodeRecordList, encodeRecordList, type SealedRecord } from '@shoal/core/wire';
import type { SegmentDisk } from './segment-disk.js';

/** `path` is the segment's; all its parts' records, whose count a record list may hold. */
export function keepRecords(
  disk: SegmentDisk,
  path: string,
  records: readonly SealedRecord[],
): void {
  disk.keep(recordsPath(path), Buffer.from(encodeRecordList(records)));
}

export function dropRecords(disk: SegmentDisk, path: string): void {
  disk.drop(recordsPath(path));
}

/** Of these segments in their order, at most `count`; what the disk has lost is left out. */
export async function readRecords(
  disk: SegmentDisk,
  paths: readonly string[],
  count: number,
): Promise<readonly SealedRecord[]> {
  const found: SealedRecord[] = [];
  for (const path of paths) {
    if (found.length >= count) break;
    // It may go while others are read.
    const body = await disk.read(recordsPath(path)).catch(() => undefined);
    if (body !== undefined) found.push(...decodeRecordList(body));
  }
  return found.slice(0, count);
}

function recordsPath(path: string): string {
  return `${path}.records`;
}
