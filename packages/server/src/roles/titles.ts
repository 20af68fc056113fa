/** The lines of the list of titles. */
import type { Catalog } from '../origin/catalog.js';
import type { ListedTitle } from '../pages/titles-page.js';

/** Streams first in the order they were found, then what is still being prepared. */
export function titlesOf(
  catalog: Catalog,
  pending: () => readonly ListedTitle[] = () => [],
): readonly ListedTitle[] {
  const streams = catalog.all().map(({ stream, keeper }): ListedTitle => {
    const { trouble } = keeper.status();
    const detail =
      trouble === undefined ? detailOf(stream.playlists.size) : 'its source does not answer';
    return { name: stream.name, title: stream.title, live: stream.live, detail, ready: true };
  });
  return [...streams, ...pending()];
}

function detailOf(renditions: number): string {
  if (renditions === 0) return 'ready to start';
  return renditions === 1 ? 'one quality' : `${renditions} renditions`;
}
