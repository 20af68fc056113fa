/**
 * Whether a record belongs to the stream being played: asked before its signature, for it costs
 * nothing.
 */
import type { PartRecord } from '../wire/index.js';
import { equalBytes } from './equal.js';

export interface StreamIdentity {
  /** 32 bytes. */
  readonly streamId: Uint8Array;
  readonly epoch: number;
  /** 8 bytes. */
  readonly keyId: Uint8Array;
}

/** Which part of the identity differs. */
export type RecordMismatch = 'stream' | 'epoch' | 'key';

/** Undefined when the record speaks of the expected stream, epoch and key. */
export function recordMismatch(
  record: PartRecord,
  expected: StreamIdentity,
): RecordMismatch | undefined {
  if (!equalBytes(record.streamId, expected.streamId)) return 'stream';
  if (record.epoch !== expected.epoch) return 'epoch';
  return equalBytes(record.keyId, expected.keyId) ? undefined : 'key';
}
