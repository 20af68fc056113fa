/**
 * Integrity: what must hold between a key, a record, its digests and its pieces. It names the
 * hashes to take and takes none.
 */

export { type HashClaim, initClaim, listClaim, pieceClaim, pieceDigest } from './claim.js';
export { equalBytes } from './equal.js';
export { keyIdOf, streamIdInput } from './identity.js';
export { type RecordMismatch, recordMismatch, type StreamIdentity } from './mismatch.js';
