/** The lines of the list of titles. */
import type { Catalog } from '../origin/catalog.js';
import type { Stream } from '../origin/stream.js';
import type { ListedTitle } from '../pages/titles-page.js';

/** Streams first in the order they were found, then what is still being prepared. */
export function titlesOf(
  catalog: Catalog,
  pending: () => readonly ListedTitle[] = () => [],
): readonly ListedTitle[] {
  const streams = catalog.all().map(({ stream, keeper }): ListedTitle => {
    const { trouble } = keeper.status();
    const detail = trouble === undefined ? detailOf(stream) : 'its source does not answer';
    return { name: stream.name, title: stream.title, live: stream.live, detail, ready: true };
  });
  return [...streams, ...pending()];
}

/** `23:45, 3 qualities`. */
function detailOf({ live, playlists, segments }: Stream): string {
  if (playlists.size === 0) return 'ready to play';
  const count = playlists.size === 1 ? 'one quality' : `${playlists.size} qualities`;
  if (live) return count;
  const first = [...segments.values()].filter(({ rendition }) => rendition === 0);
  return `${clock(first.reduce((sum, { durationMs }) => sum + durationMs, 0))}, ${count}`;
}

function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (seconds >= 3600) parts.unshift(Math.floor(seconds / 3600));
  return parts.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
