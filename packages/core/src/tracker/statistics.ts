/** Counters of members, folded into totals of their stream. */
import type { Stats } from '../wire/index.js';
import type { Member } from './state.js';

/** `stats` carries what was counted since the last one, so sums survive a tracker that forgets. */
export function takeStats(member: Member, message: Stats): void {
  member.uplink = message.uplink;
  member.bufferMs = message.bufferMs;
  for (const totals of [member.sums, member.stream.totals]) {
    totals.httpBytes += message.httpBytes;
    totals.peerBytes += message.peerBytes;
    totals.uploadedBytes += message.uploadedBytes;
    totals.stallMs += message.stallMs;
  }
}
