/** Whether a playlist continues what was read before, is older than it, or begins anew. */
import { type Place, placeName } from '../origin/segment.js';
import type { NamedSegment } from './playlist.js';

export type Continuity = 'next' | 'same' | 'stale' | 'restarted';

/** What is remembered of the last playlist. */
export interface Known {
  readonly first: number;
  readonly last: number;
  readonly live: boolean;
  /** Names of the bytes by sequence. */
  readonly names: ReadonlyMap<number, string>;
}

export function knownOf(segments: readonly NamedSegment[], live: boolean): Known {
  return {
    first: segments[0]?.sequence ?? 0,
    last: segments.at(-1)?.sequence ?? -1,
    live,
    names: new Map(segments.map(({ sequence, place }) => [sequence, fileName(place)])),
  };
}

/**
 * Compares by numbers and names. A cache on the way may show an older playlist, which is ignored;
 * the same number
 * under another name, or a jump far back, means that the publisher has started again.
 */
export function continuity(
  known: Known,
  segments: readonly NamedSegment[],
  live: boolean,
): Continuity {
  const next = knownOf(segments, live);
  for (const [sequence, name] of next.names) {
    const before = known.names.get(sequence);
    if (before !== undefined && before !== name) return 'restarted';
  }
  if (next.last > known.last || next.live !== known.live) return 'next';
  if (next.last === known.last) return 'same';
  return next.last < known.first ? 'restarted' : 'stale';
}

/**
 * Without folders: some publishers put tokens there, which change while the file stays the same.
 */
function fileName(place: Place): string {
  const name = placeName(place);
  return name.slice(name.lastIndexOf('/') + 1);
}
