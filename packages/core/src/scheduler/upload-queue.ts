/** Pieces waiting to be sent: one queue for all links, earliest deadline first. */
import type { Ms, PartId, PeerId } from '../units/index.js';

export interface Upload {
  readonly peer: PeerId;
  readonly part: PartId;
  readonly index: number;
  /** Smaller goes first: when the part became known (live) or the ask came (video on demand). */
  readonly due: Ms;
  /** Dropped when still waiting at this time. */
  readonly lateAt: Ms;
}

export interface UploadQueue {
  /** False when it is full, or waits already. */
  add(upload: Upload): boolean;
  /** Forgets what `matches`, and says how many that were. */
  drop(matches: (upload: Upload) => boolean): number;
  /** Takes the first that `mayGo`, in order of deadline, then of arrival. */
  take(mayGo: (upload: Upload) => boolean): Upload | undefined;
  size(): number;
  /** How many go before one that is due then. */
  before(due: Ms): number;
  waitingFor(peer: PeerId): number;
}

/** Holds `limit` entries at most. */
export function createUploadQueue(limit: number): UploadQueue {
  const queue: Upload[] = [];
  const same = (a: Upload, b: Upload): boolean =>
    a.index === b.index && a.peer === b.peer && a.part === b.part;
  return {
    add(upload) {
      if (queue.length >= limit || queue.some((other) => same(other, upload))) return false;
      let at = queue.length;
      while (at > 0 && queue[at - 1]!.due > upload.due) at--;
      queue.splice(at, 0, upload);
      return true;
    },
    drop(matches) {
      let kept = 0;
      for (const upload of queue) if (!matches(upload)) queue[kept++] = upload;
      const dropped = queue.length - kept;
      queue.length = kept;
      return dropped;
    },
    take(mayGo) {
      const at = queue.findIndex(mayGo);
      return at < 0 ? undefined : queue.splice(at, 1)[0];
    },
    size: () => queue.length,
    before: (due) => queue.reduce((sum, upload) => sum + (upload.due <= due ? 1 : 0), 0),
    waitingFor: (peer) => queue.reduce((sum, upload) => sum + (upload.peer === peer ? 1 : 0), 0),
  };
}
