/**
 * Prepares video files once: into a half-made folder first, which gets its name when it is whole.
 */
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ShoalError } from '@shoal/core/errors';
import { packageArguments, readFacts, runFfmpeg } from './ffmpeg.js';
import { ladderFor } from './ladder.js';
import type { FoundVideo } from './scan.js';

export interface Progress {
  /** 0 to 1. */
  readonly share: number;
  /** Undefined until it can be told. */
  readonly leftMs: number | undefined;
}

export interface Packaging {
  /** The folder with `index.m3u8`. Rejects with `server/source`, or when it was stopped. */
  readonly folder: Promise<string>;
  /** Ends it and leaves nothing half-made behind. */
  stop(): Promise<void>;
}

/** `store` holds prepared titles; the same file, unchanged, is prepared only once. */
export function packageVideo(
  video: FoundVideo,
  store: string,
  onProgress: (progress: Progress) => void,
): Packaging {
  let stopped = false;
  let stopRun: (() => void) | undefined;
  const make = async (): Promise<string> => {
    const target = join(store, preparedName(video));
    if (await exists(join(target, 'index.m3u8'))) return target;
    const facts = await readFacts(video.path);
    await sweep(store, preparedName(video));
    const half = join(store, `.half-${preparedName(video)}-${process.pid}`);
    await mkdir(half, { recursive: true });
    try {
      if (stopped) throw new Error('stopped');
      const args = packageArguments(video.path, half, ladderFor(facts.height), facts.sound);
      const run = runFfmpeg(args, progressReader(facts.durationMs, onProgress));
      stopRun = run.stop;
      const { code, stderr } = await run.done;
      if (stopped) throw new Error('stopped');
      if (code !== 0)
        throw new ShoalError(
          'server/source',
          `ffmpeg could not prepare ${video.title}: ${lastLine(stderr)}`,
        );
      await rename(half, target);
      return target;
    } finally {
      await rm(half, { recursive: true, force: true });
    }
  };
  const folder = make();
  return {
    folder,
    stop: async () => {
      stopped = true;
      stopRun?.();
      await folder.catch(() => {});
    },
  };
}

/** Reads the lines of `-progress`: time done so far and speed. */
export function progressReader(
  durationMs: number,
  onProgress: (progress: Progress) => void,
): (line: string) => void {
  let doneMs = 0;
  return (line) => {
    const time = /^out_time_us=(\d+)/.exec(line);
    if (time !== null) doneMs = Number(time[1]) / 1000;
    const speed = /^speed=\s*([\d.]+)x/.exec(line);
    if (speed === null) return;
    const rate = Number(speed[1]);
    const share = durationMs > 0 ? Math.min(1, doneMs / durationMs) : 0;
    const leftMs = rate > 0 ? Math.max(0, (durationMs - doneMs) / rate) : undefined;
    onProgress({ share, leftMs });
  };
}

/** Changes with the file and with how it is prepared, so that neither is served stale. */
function preparedName({ path, bytes, changedAt }: FoundVideo): string {
  const facts = `${LAYOUT} ${path} ${bytes} ${changedAt}`;
  return createHash('sha256').update(facts).digest('hex').slice(0, 24);
}

/** Removes what a killed run left of this title. */
async function sweep(store: string, name: string): Promise<void> {
  await mkdir(store, { recursive: true });
  for (const entry of await readdir(store)) {
    if (entry.startsWith(`.half-${name}-`))
      await rm(join(store, entry), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? 'no reason given';
}

/** Grows when titles are prepared differently. */
const LAYOUT = 1;
