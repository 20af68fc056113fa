/** The queue of video files to prepare: one at a time, with progress for people. */

import type { ListedTitle } from '../pages/titles-page.js';
import type { Log } from '../telemetry/log.js';
import { type Packaging, type Progress, packageVideo } from './packager.js';
import type { FoundVideo } from './scan.js';

export interface WorkshopParts {
  /** Folder of prepared titles. */
  readonly store: string;
  readonly log: Log;
  readonly onReady: (video: FoundVideo, folder: string) => void;
}

export interface Workshop {
  add(videos: readonly FoundVideo[]): void;
  /** What is not ready yet, for the list of titles. */
  listed(): readonly ListedTitle[];
  /** Ends the running one and leaves nothing half-made. */
  close(): Promise<void>;
}

export function createWorkshop({ store, log, onReady }: WorkshopParts): Workshop {
  const states = new Map<FoundVideo, string>();
  let running: Packaging | undefined;
  let closed = false;
  let chain = Promise.resolve();

  const prepare = async (video: FoundVideo): Promise<void> => {
    if (closed) return;
    const told = announcer(video, log);
    running = packageVideo(video, store, (progress) => {
      states.set(video, progressText(progress));
      told(progress);
    });
    try {
      const folder = await running.folder;
      states.delete(video);
      onReady(video, folder);
      log.info({ title: video.title }, 'ready');
    } catch (error) {
      if (closed) return;
      states.set(video, 'could not be prepared');
      log.error({ title: video.title, err: error }, 'could not be prepared');
    }
  };
  return {
    add: (videos) => {
      for (const video of videos) states.set(video, 'waiting to be prepared');
      for (const video of videos) chain = chain.then(() => prepare(video));
    },
    listed: () =>
      [...states].map(([{ name, title }, detail]) => ({
        name,
        title,
        detail,
        live: false,
        ready: false,
      })),
    close: async () => {
      closed = true;
      await running?.stop();
    },
  };
}

/** `preparing, 40 %, about 3 min left`. */
export function progressText({ share, leftMs }: Progress): string {
  const done = `preparing, ${Math.floor(share * 100)} %`;
  if (leftMs === undefined) return done;
  const minutes = leftMs / 60_000;
  return minutes >= 1
    ? `${done}, about ${Math.ceil(minutes)} min left`
    : `${done}, about ${Math.ceil(leftMs / 1000)} s left`;
}

/** One line a tenth, not one a second. */
function announcer(video: FoundVideo, log: Log): (progress: Progress) => void {
  let tenth = 0;
  return (progress) => {
    const now = Math.floor(progress.share * 10);
    if (now <= tenth) return;
    tenth = now;
    log.info({ title: video.title }, progressText(progress));
  };
}
