/**
 * AES-128 of whole segments (draft-pantos-hls-rfc8216bis section 4.4.4.4), with a key for each span
 * of the programme. Keys follow from one secret, so that none is stored.
 */
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';

export interface SealedSegment {
  readonly keyTag: string;
  readonly bytes: Buffer;
}

export interface KeyRing {
  /** Encrypts a segment that begins at `startMs` of the programme. */
  seal(bytes: Buffer, startMs: number): SealedSegment;
  /** The 16 bytes of a key that a playlist names; undefined for any that is not in use yet. */
  key(path: string): Buffer | undefined;
}

/** `prefix` of the keys' paths, which nothing else of the stream begins with. */
export function createKeyRing(prefix: string, rotateMs: number): KeyRing {
  const secret = randomBytes(32);
  let newest = -1;
  const keyOf = (index: number): Buffer =>
    createHmac('sha256', secret).update(String(index)).digest().subarray(0, 16);
  return {
    seal(bytes, startMs) {
      const index = Math.floor(startMs / rotateMs);
      newest = Math.max(newest, index);
      const iv = randomBytes(16);
      const cipher = createCipheriv('aes-128-cbc', keyOf(index), iv);
      const uri = `${prefix}${index}.key`;
      return {
        keyTag: `#EXT-X-KEY:METHOD=AES-128,URI="${uri}",IV=0x${iv.toString('hex')}`,
        bytes: Buffer.concat([cipher.update(bytes), cipher.final()]),
      };
    },
    key(path) {
      const digits = path.startsWith(prefix) && /^(\d{1,15})\.key$/.exec(path.slice(prefix.length));
      const index = digits ? Number(digits[1]) : Number.NaN;
      return index <= newest ? keyOf(index) : undefined;
    },
  };
}
