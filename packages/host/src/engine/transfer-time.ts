/** How long a segment's transfer took, as a player's bandwidth estimate must hear it. */
import { type BitsPerSec, type Bytes, type Ms, transferMs } from '@shoal/core/units';

export interface Transfer {
  readonly bytes: { readonly length: Bytes };
  readonly firstByteAt: Ms;
  readonly lastByteAt: Ms;
}

/** What an answer takes before its first byte. */
const REQUEST_MS: Ms = 50;

/**
 * The time its bytes moved, but no longer than the edge needs for as many: an engine with time in
 * hand waits for peers, and that wait says nothing about what could have been had. `edgeRate` 0:
 * not measured.
 */
export function honestTransferMs(transfer: Transfer, edgeRate: BitsPerSec): Ms {
  const moved = Math.max(1, transfer.lastByteAt - transfer.firstByteAt);
  if (edgeRate <= 0) return moved;
  return Math.min(moved, REQUEST_MS + transferMs(transfer.bytes.length, edgeRate));
}
