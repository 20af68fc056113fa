/**
 * The scheduler: which piece, from whom or the edge, by when. Small pure policies, defaults beside.
 */
export { type BackoffConfig, backoffMs } from './backoff.js';
export { countBits, hasBit, makeBits, setBit } from './bits.js';
export { DEFAULT_DEADLINE, type DeadlineConfig, leadMs } from './deadline.js';
export { EDGE_SPEED_START, type EdgeSpeed, fetchMs, measureEdge } from './edge-speed.js';
export {
  askDueMs,
  chooseHolder,
  DEFAULT_HOLDER,
  expectedMs,
  type HolderConfig,
  type HolderView,
  mostAsked,
} from './holder.js';
export { DEFAULT_PATIENCE, learnGap, type PatienceConfig, patienceMs } from './patience.js';
export { bufferLeft, neededAt, type Playhead, reachOf } from './playhead.js';
export { type PieceRange, rangesOf } from './ranges.js';
export {
  DEFAULT_UPLINK,
  startUplink,
  type Uplink,
  type UplinkConfig,
  uplinkBacklog,
  uplinkDrained,
  uploadWindow,
} from './uplink.js';
export { createUploadQueue, type Upload, type UploadQueue } from './upload-queue.js';
