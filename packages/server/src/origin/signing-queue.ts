/** The order of signing: what viewers need first, a few at a time, failures again after a while. */
import type { Segment } from './segment.js';

export interface SigningConfig {
  /** Segments read and hashed at a time, when somebody waits for them. */
  readonly urgentMax: number;
  /** The same when nobody does: viewers need the upstream more. */
  readonly parallelMax: number;
  /** Attempts before a segment is given up; it still plays, unverified. */
  readonly attemptsMax: number;
  /** Wait before attempt `n` (from 2 on). */
  readonly retryMs: (n: number) => number;
}

export interface SigningQueue {
  /** Queues a segment once; `rank` orders the queue, lowest first; below zero it is urgent. */
  add(segment: Segment, rank: number): void;
  /** A viewer needs this segment now, or soon those after it. */
  promote(rendition: number, sequence: number): void;
  /** Drops what waits and is older than `before`. */
  drop(rendition: number, before: number): void;
  readonly waiting: number;
  close(): void;
}

/** `sign` reads and signs one segment; what it throws means: try again later. */
export function createSigningQueue(
  config: SigningConfig,
  sign: (segment: Segment) => Promise<void>,
  gaveUp: (segment: Segment, error: unknown) => void,
): SigningQueue {
  const jobs = new Map<string, Job>();
  let running = 0;
  let closed = false;

  const pump = (): void => {
    for (let job = first(jobs); !closed && job !== undefined; job = first(jobs)) {
      if (running >= (job.rank < 0 ? config.urgentMax : config.parallelMax)) return;
      job.state = 'running';
      running += 1;
      void work(job);
    }
  };
  const work = async (job: Job): Promise<void> => {
    try {
      await sign(job.segment);
      jobs.delete(idOf(job.segment));
    } catch (error) {
      retry(job, error);
    }
    running -= 1;
    pump();
  };
  const retry = (job: Job, error: unknown): void => {
    job.attempts += 1;
    if (closed || job.dropped || job.attempts >= config.attemptsMax) {
      jobs.delete(idOf(job.segment));
      if (!closed && !job.dropped) gaveUp(job.segment, error);
      return;
    }
    job.state = 'resting';
    job.timer = setTimeout(
      () => {
        job.state = 'waiting';
        pump();
      },
      config.retryMs(job.attempts + 1),
    );
  };
  return {
    add: (segment, rank) => {
      const id = idOf(segment);
      if (closed || jobs.has(id)) return;
      jobs.set(id, {
        segment,
        rank,
        state: 'waiting',
        attempts: 0,
        timer: undefined,
        dropped: false,
      });
      pump();
    },
    promote: (rendition, sequence) => {
      promote(jobs, rendition, sequence);
      pump();
    },
    drop: (rendition, before) => {
      for (const [id, job] of jobs) {
        if (job.segment.rendition !== rendition || job.segment.sequence >= before) continue;
        job.dropped = true;
        clearTimeout(job.timer);
        if (job.state !== 'running') jobs.delete(id);
      }
    },
    get waiting() {
      return jobs.size;
    },
    close: () => {
      closed = true;
      for (const job of jobs.values()) clearTimeout(job.timer);
      jobs.clear();
    },
  };
}

interface Job {
  readonly segment: Segment;
  rank: number;
  state: 'waiting' | 'running' | 'resting';
  attempts: number;
  timer: NodeJS.Timeout | undefined;
  dropped: boolean;
}

/** The waiting job of lowest rank; the oldest added wins a tie. */
function first(jobs: ReadonlyMap<string, Job>): Job | undefined {
  let best: Job | undefined;
  for (const job of jobs.values()) {
    if (job.state === 'waiting' && (best === undefined || job.rank < best.rank)) best = job;
  }
  return best;
}

/** The segment and the few after it go before everything that nobody asked for. */
function promote(jobs: ReadonlyMap<string, Job>, rendition: number, sequence: number): void {
  for (let ahead = 0; ahead < PROMOTED; ahead++) {
    const job = jobs.get(`${rendition}/${sequence + ahead}`);
    if (job !== undefined) job.rank = Math.min(job.rank, ahead - PROMOTED);
  }
}

function idOf({ rendition, sequence }: Segment): string {
  return `${rendition}/${sequence}`;
}

/**
 * As many as one answer of the records endpoint holds would be too eager; this is a buffer's worth.
 */
const PROMOTED = 16;
