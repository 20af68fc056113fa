/** Where each segment stands on the stream's own timeline. */
import type { NamedSegment } from './playlist.js';

export interface Timeline {
  /**
   * Media time of a segment in milliseconds; segments must be placed in order, those known again
   * are free.
   */
  place(segment: Pick<NamedSegment, 'sequence' | 'durationMs' | 'dateMs'>): number;
  forget(before: number): void;
}

/**
 * Programme time where the playlist tells it, else the sum of the durations since the first segment
 * seen.
 */
export function createTimeline(): Timeline {
  const starts = new Map<number, number>();
  let end = 0;
  return {
    place: ({ sequence, durationMs, dateMs }) => {
      const known = starts.get(sequence);
      if (known !== undefined) return known;
      const start = dateMs ?? end;
      starts.set(sequence, start);
      end = start + durationMs;
      return start;
    },
    forget: (before) => {
      for (const sequence of starts.keys()) if (sequence < before) starts.delete(sequence);
    },
  };
}
