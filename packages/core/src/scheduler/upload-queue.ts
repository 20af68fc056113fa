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
  /** Unless it is full, or that waits already. */
  add(upload: Upload): void;
  /** Forgets what `matches`. */
  drop(matches: (upload: Upload) => boolean): void;
  /** Takes the first that `mayGo`, in order of deadline, then of arrival. */
  take(mayGo: (upload: Upload) => boolean): Upload | undefined;
  size(): number;
  /** How many go before one that is due then. */
  before(due: Ms): number;
  waitingFor(peer: PeerId): number;
}

/** Holds `limit` entries at most. */
export function createUploadQueue(limit: number): UploadQueue {
  let queue: Upload[] = [];
  const same = (a: Upload, b: Upload): boolean =>
    a.index === b.index && a.peer === b.peer && a.part === b.part;
  return {
    add(upload) {
      if (queue.length >= limit || queue.some((other) => same(other, upload))) return;
      let at = queue.length;
      while (at > 0 && queue[at - 1]!.due > upload.due) at--;
      queue.splice(at, 0, upload);
    },
    drop(matches) {
      queue = queue.filter((upload) => !matches(upload));
    },
    take(mayGo) {
      const at = queue.findIndex(mayGo);
      return at < 0 ? undefined : queue.splice(at, 1)[0];
    },
    size: () => queue.length,
    before: (due) => queue.filter((upload) => upload.due <= due).length,
    waitingFor: (peer) => queue.filter((upload) => upload.peer === peer).length,
  };
}
