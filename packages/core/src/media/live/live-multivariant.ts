/** The playlist of playlists of a running stream. */
import { bare, formatAttributes, quoted } from '../attributes.js';
import type { Track } from '../cmaf/track.js';

export interface LiveVariant {
  readonly uri: string;
  readonly tracks: readonly Track[];
  /** Most bits a second of any segment so far, and of all. */
  readonly peakBps: number;
  readonly averageBps: number;
}

/** Best first as given; sound is in the variants. */
export function writeLiveMultivariant(
  variants: readonly LiveVariant[],
  extraTags: readonly string[],
): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:6', ...extraTags];
  for (const { uri, tracks, peakBps, averageBps } of variants) {
    const video = tracks.find(({ kind }) => kind === 'picture');
    const attributes = new Map([
      ['BANDWIDTH', bare(String(Math.max(1, Math.ceil(peakBps))))],
      ['AVERAGE-BANDWIDTH', bare(String(Math.max(1, Math.ceil(averageBps))))],
      ['CODECS', quoted(tracks.map(({ codec }) => codec).join(','))],
    ]);
    if (video !== undefined) attributes.set('RESOLUTION', bare(`${video.width}x${video.height}`));
    lines.push(`#EXT-X-STREAM-INF:${formatAttributes(attributes)}`, uri);
  }
  return `${lines.join('\n')}\n`;
}
