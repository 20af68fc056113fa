/** One request of a viewer, once it is answered: what the access log and the metrics are told. */

export interface Visit {
  /** When it came, in milliseconds since 1970. */
  readonly atMs: number;
  /** Until its answer was handed over, or cut. */
  readonly tookMs: number;
  readonly address: string | undefined;
  readonly method: string;
  /** As the cache was asked: no token, no report of a player. */
  readonly target: string;
  readonly status: number;
  /** Bytes of the body that were handed over. */
  readonly bytes: number;
  /** Whether that was all of it. */
  readonly whole: boolean;
  /** How it came about, in the words of `Cache-Status`; empty when the cache was not asked. */
  readonly cache: string;
  /** What the player said of itself (CMCD), unread. */
  readonly report: string | undefined;
}

/** Told of every request when it is over. */
export type OnVisit = (visit: Visit) => void;
