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
  return new Queue(config, sign, gaveUp);
}

class Queue implements SigningQueue {
  readonly #config: SigningConfig;
  readonly #sign: (segment: Segment) => Promise<void>;
  readonly #gaveUp: (segment: Segment, error: unknown) => void;
  readonly #jobs = new Map<string, Job>();
  #running = 0;
  #closed = false;

  constructor(
    config: SigningConfig,
    sign: (segment: Segment) => Promise<void>,
    gaveUp: (segment: Segment, error: unknown) => void,
  ) {
    this.#config = config;
    this.#sign = sign;
    this.#gaveUp = gaveUp;
  }

  get waiting(): number {
    return this.#jobs.size;
  }

  add(segment: Segment, rank: number): void {
    const id = idOf(segment);
    if (this.#closed || this.#jobs.has(id)) return;
    const fresh = { state: 'waiting', attempts: 0, timer: undefined, dropped: false } as const;
    this.#jobs.set(id, { segment, rank, ...fresh });
    this.#pump();
  }

  promote(rendition: number, sequence: number): void {
    promote(this.#jobs, rendition, sequence);
    this.#pump();
  }

  drop(rendition: number, before: number): void {
    for (const [id, job] of this.#jobs) {
      if (job.segment.rendition !== rendition || job.segment.sequence >= before) continue;
      job.dropped = true;
      clearTimeout(job.timer);
      if (job.state !== 'running') this.#jobs.delete(id);
    }
  }

  close(): void {
    this.#closed = true;
    for (const job of this.#jobs.values()) clearTimeout(job.timer);
    this.#jobs.clear();
  }

  #pump(): void {
    const { urgentMax, parallelMax } = this.#config;
    let job = first(this.#jobs);
    while (!this.#closed && job !== undefined) {
      if (this.#running >= (job.rank < 0 ? urgentMax : parallelMax)) return;
      job.state = 'running';
      this.#running += 1;
      void this.#work(job);
      job = first(this.#jobs);
    }
  }

  async #work(job: Job): Promise<void> {
    try {
      await this.#sign(job.segment);
      this.#jobs.delete(idOf(job.segment));
    } catch (error) {
      this.#retry(job, error);
    }
    this.#running -= 1;
    this.#pump();
  }

  #retry(job: Job, error: unknown): void {
    job.attempts += 1;
    if (this.#closed || job.dropped || job.attempts >= this.#config.attemptsMax) {
      this.#jobs.delete(idOf(job.segment));
      if (!this.#closed && !job.dropped) this.#gaveUp(job.segment, error);
      return;
    }
    job.state = 'resting';
    job.timer = setTimeout(
      () => {
        job.state = 'waiting';
        this.#pump();
      },
      this.#config.retryMs(job.attempts + 1),
    );
  }
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
