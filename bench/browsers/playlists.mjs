/** Writes the origin's playlists: a live window over the clip, the whole title, or the ladder. */

/** Index of the newest complete segment of a channel whose first frame was made at `startMs`. */
export function newestSegment(nowMs, { startMs, segmentSec, count }) {
  const complete = Math.floor((nowMs - startMs) / (segmentSec * 1000));
  return Math.min(complete, count) - 1;
}

export function livePlaylist(rendition, nowMs, channel) {
  const newest = newestSegment(nowMs, channel);
  const first = Math.max(0, newest - channel.window + 1);
  const date = new Date(channel.startMs + first * channel.segmentSec * 1000).toISOString();
  const lines = [...head(channel.segmentSec), `#EXT-X-MEDIA-SEQUENCE:${first}`, map()];
  lines.push(`#EXT-X-PROGRAM-DATE-TIME:${date}`);
  for (let i = first; i <= newest; i += 1) lines.push(...entry(rendition, i));
  return `${lines.join('\n')}\n`;
}

export function vodPlaylist(rendition, { segmentSec }) {
  const lines = [...head(segmentSec), '#EXT-X-PLAYLIST-TYPE:VOD', map()];
  for (let i = 0; i < rendition.segments.length; i += 1) lines.push(...entry(rendition, i));
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`;
}

export function multivariantPlaylist(renditions) {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
  for (const { name, width, height, bandwidth, codecs } of renditions) {
    const size = `RESOLUTION=${width}x${height},FRAME-RATE=25.000`;
    lines.push(`#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},${size},CODECS="${codecs}"`);
    lines.push(`${name}/index.m3u8`);
  }
  return `${lines.join('\n')}\n`;
}

const head = (segmentSec) => [
  '#EXTM3U',
  '#EXT-X-VERSION:7',
  `#EXT-X-TARGETDURATION:${segmentSec}`,
  '#EXT-X-INDEPENDENT-SEGMENTS',
];
const map = () => '#EXT-X-MAP:URI="init.mp4"';
const entry = (rendition, i) => [`#EXTINF:${rendition.durations[i].toFixed(6)},`, `s${i}.m4s`];
