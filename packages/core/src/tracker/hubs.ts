/** Who is a hub: near the roots, with many links, wide uplinks make trees flat and quick. Rule TRK48. */
import type { BitsPerSec, Ms } from '../units/index.js';
import { typicalPart } from './announcing.js';
import type { Cluster, Member, TrackerState } from './state.js';

/**
 * The widest of a cluster, as far as they are wide and have been linked for long. Where uplinks
 * are short, it is a few wide ones that must feed the others.
 */
export function hubsOf(state: TrackerState, now: Ms, cluster: Cluster): Member[] {
  const { meshMax, hubFactor, hubFactorMin, hubShare, hubMs } = state.config.introductions;
  if (cluster.members.size <= meshMax) return [];
  const { bitrate } = typicalPart(cluster.stream.renditions.get(cluster.rendition), 1);
  const able = [...cluster.members.values()].filter(
    ({ uploads, demotedUntil }) => uploads && demotedUntil <= now,
  );
  const widths = able.map(widthOf).sort((x, y) => y - x);
  const widest = widths[Math.floor(hubShare * widths.length)] ?? 0;
  const wide = Math.min(hubFactor * bitrate, Math.max(hubFactorMin * bitrate, widest));
  return able.filter(
    (member) =>
      widthOf(member) >= wide && member.linkedAt !== undefined && now - member.linkedAt >= hubMs,
  );
}

/** One never measured was never short. */
function widthOf({ uplink }: Member): BitsPerSec {
  return uplink === 0 ? Number.POSITIVE_INFINITY : uplink;
}
