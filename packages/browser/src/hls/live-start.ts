/**
 * Where live playback starts. hls.js starts a whole number of target durations behind the edge,
 * which is the boundary of two segments when all are equally long, and then asks for the segment
 * before it too: a request that nobody plays.
 */
import type Hls from 'hls.js';

/** How far past the boundary playback starts; it makes the latency shorter, never longer. */
const PAST_SEC = 0.25;

/** `text`: the first live media playlist. What the page itself chose is left alone. */
export function nudgeLiveStart(hls: Hls, text: string): void {
  const { liveSyncDuration, liveSyncDurationCount } = hls.userConfig;
  if (liveSyncDuration !== undefined || liveSyncDurationCount !== undefined) return;
  if (/^#EXT-X-(?:ENDLIST|PART-INF)/m.test(text)) return;
  const seconds = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN);
  const target = seconds(/^#EXT-X-TARGETDURATION:(\d+)/m);
  const holdBack = seconds(/^#EXT-X-SERVER-CONTROL:.*\bHOLD-BACK=([\d.]+)/m);
  const latency = Number.isNaN(holdBack) ? target * hls.config.liveSyncDurationCount : holdBack;
  if (!(latency - PAST_SEC > 2 * target)) return;
  try {
    hls.targetLatency = latency - PAST_SEC;
  } catch {
    // Before hls.js 1.6 it can only be read; then the extra request stays.
  }
}
