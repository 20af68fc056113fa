/** The wire: one file a message, bytes in, message out, synchronous. Rules in `spec/wire.md`. */
export type { Announce } from './announce.js';
export type { Ask } from './ask.js';
export type { Bye } from './bye.js';
export type { Cancel } from './cancel.js';
export type { Claim } from './claim.js';
export type { Claimed, SegmentOwner } from './claimed.js';
export type { Complaint } from './complaint.js';
export { concat } from './concat.js';
export type { Follow, Followed } from './follow.js';
export type { Gone } from './gone.js';
export type { Have } from './have.js';
export type { Hello } from './hello.js';
export type { HeldRun, Holdings } from './holdings.js';
export type { Introduce } from './introduce.js';
export type { Join, Resume } from './join.js';
export type { Leave } from './leave.js';
export { LIMITS } from './limits.js';
export { decodeLinkMessage, encodeLinkMessage, type LinkMessage } from './link-message.js';
export type { Links, OpenLink } from './links.js';
export { decodePieceFrame, encodePieceFrame, type PieceHeader } from './piece-frame.js';
export type { Plan, PlannedTree } from './plan.js';
export { decodeRecord, encodeRecord, FLAG, type PartRecord } from './record.js';
export type { RecordAsk } from './record-ask.js';
export type { RecordMessage } from './record-message.js';
export type { Refuse } from './refuse.js';
export type { Refused } from './refused.js';
export {
  decodeRecordList,
  decodeSealed,
  encodeRecordList,
  encodeSealed,
  type SealedRecord,
} from './sealed-record.js';
export type { Signal } from './signal.js';
export type { Stats } from './stats.js';
export { bytesText, hex, textBytes } from './text.js';
export {
  decodeFromTracker,
  decodeToTracker,
  encodeFromTracker,
  encodeToTracker,
  type FromTracker,
  type ToTracker,
} from './tracker-message.js';
export type { Uploads } from './uploads.js';
export {
  agreeVersion,
  type VersionRange,
  WIRE_VERSION,
  WIRE_VERSION_MIN,
  WIRE_VERSIONS,
} from './version.js';
export type { Welcome } from './welcome.js';
