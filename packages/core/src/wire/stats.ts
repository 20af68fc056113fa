/** `stats`: counters since the last report, every few seconds: for totals and for upload grants. */
import type { BitsPerSec, Bytes, Ms } from '../units/index.js';
import { measure } from './field.js';
import { type Kind, message } from './message.js';

export interface Stats {
  readonly type: 'stats';
  readonly httpBytes: Bytes;
  readonly peerBytes: Bytes;
  readonly uploadedBytes: Bytes;
  readonly stallMs: Ms;
  readonly uplink: BitsPerSec;
  readonly bufferMs: Ms;
}

export const stats: Kind<Stats> = message(0x14, 'stats', {
  httpBytes: measure(8),
  peerBytes: measure(8),
  uploadedBytes: measure(8),
  stallMs: measure(4),
  uplink: measure(8),
  bufferMs: measure(4),
});
