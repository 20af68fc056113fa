/** Counters of members, folded into totals of their stream. */
import type { Stats } from '../wire/index.js';
import type { Member } from './state.js';

/** `stats` carries what was counted since the last one, so sums survive a tracker that forgets. */
export function takeStats(member: Member, message: Stats): void {
  member.uplink = Math.max(message.uplink, member.uplink * UPLINK_KEPT);
  member.bufferMs = message.bufferMs;
  for (const totals of [member.sums, member.stream.totals]) {
    totals.httpBytes += message.httpBytes;
    totals.peerBytes += message.peerBytes;
    totals.uploadedBytes += message.uploadedBytes;
    totals.stallMs += message.stallMs;
  }
}

/** Uplinks are measured in bursts, and rather too low than too high: a high figure fades over a few reports. */
const UPLINK_KEPT = 0.85;
