/** The window of a channel on disk, within a quota; a segment is whole there, or not at all. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../telemetry/log.js';

export interface SegmentDisk {
  /** Begins to write it; the oldest go when it is too much. */
  keep(path: string, bytes: Buffer): void;
  /** Whether it is there, whole. */
  has(path: string): boolean;
  /** Rejects when it is not there. */
  read(path: string): Promise<Buffer>;
  drop(path: string): void;
  /** Removes everything, once what is being written is there. */
  close(): Promise<void>;
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
}

/** `folder` belongs to this channel alone: what an earlier run left in it is removed. */
export async function openSegmentDisk(
  folder: string,
  bytesMax: number,
  log: Log,
): Promise<SegmentDisk> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const sizes = new Map<string, number>();
  let total = 0;
  let ill = false;
  let work: Promise<void> = Promise.resolve();
  const file = (path: string): string => join(folder, path.replaceAll('/', '_'));
  const queue = (job: () => Promise<void>): void => {
    work = work.then(job).catch((error: unknown) => {
      // Once a trouble, not once a segment.
      if (!ill) log.warn({ err: error }, 'the window on disk is short: a segment was not written');
      ill = true;
    });
  };
  const drop = (path: string): void => {
    total -= sizes.get(path) ?? 0;
    sizes.delete(path);
    queue(() => rm(file(path), { force: true }));
  };
  const write = async (path: string, bytes: Buffer): Promise<void> => {
    const half = `${file(path)}.half`;
    try {
      await writeFile(half, bytes);
      await rename(half, file(path));
    } catch (error) {
      await rm(half, { force: true }).catch(() => {});
      throw error;
    }
    ill = false;
    sizes.set(path, bytes.length);
    total += bytes.length;
    for (const [oldest] of sizes) if (total > bytesMax) drop(oldest);
  };
  return {
    keep: (path, bytes) => queue(() => write(path, bytes)),
    has: (path) => sizes.has(path),
    read: (path) => readFile(file(path)),
    drop: (path) => {
      if (sizes.has(path)) drop(path);
    },
    settled: () => work,
    close: async () => {
      await work;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
