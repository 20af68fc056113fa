/** The line in our playlists that names the stream's key, its records and its tracker. */
import { formatShoalTag } from '@shoal/core/media';
import type { Links } from '../http/links.js';
import type { Stream } from './stream.js';

/** The line for a media playlist, or without `rendition` for the multivariant one. */
export type TagOf = (stream: Stream, rendition: number | undefined) => string;

export function createTags(links: Links, consentAssumed: boolean): TagOf {
  return ({ name, signing }, rendition) => {
    const from = `hls/${name}/index.m3u8`;
    return formatShoalTag({
      publicKey: signing.key.publicKey,
      name,
      epoch: signing.epoch,
      records: links.link(from, `records/${name}`),
      trackers: [links.socket(from, 'tracker')],
      rendition,
      consentAssumed,
    });
  };
}
