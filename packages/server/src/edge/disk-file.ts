/**
 * One object as a file of the disk tier: `SHO1`, the length of the description (32 bits, big
 * endian), a SHA-256 of all the rest, the description as JSON, and the body to the end. A file that
 * was cut, changed or is another object's does not read.
 */
import { createHash } from 'node:crypto';
import type { AnswerHead } from '@shoal/core/edge';

/** Longest description that is written or read; headers are 16 KiB at most. */
export const DESCRIPTION_BYTES_MAX = 128 * 1024;

/** What is known of a body. */
export interface Description {
  /** Under which the object is kept. */
  readonly key: string;
  readonly head: AnswerHead;
  /** When its age was zero, in milliseconds since 1970. */
  readonly bornWallMs: number;
  /** When it was asked for: the book of purges, and the place in it. */
  readonly asked: { readonly book: string; readonly mark: number };
}

export interface DiskFile extends Description {
  readonly body: Buffer;
}

/** The file in two pieces; undefined when the description is too long. */
export function writeFile({ body, ...description }: DiskFile): readonly Buffer[] | undefined {
  const text = Buffer.from(JSON.stringify(description));
  if (text.length > DESCRIPTION_BYTES_MAX) return undefined;
  const start = Buffer.alloc(START_BYTES);
  start.write(MAGIC, 'latin1');
  start.writeUInt32BE(text.length, MAGIC.length);
  digestOf(start, text, body).copy(start, DIGEST_AT);
  return [Buffer.concat([start, text]), body];
}

/** The object `key` in a file; undefined when it is not exactly what was written. */
export function readFile(file: Buffer, key: string): DiskFile | undefined {
  if (file.length < START_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    return undefined;
  }
  const bodyAt = START_BYTES + file.readUInt32BE(MAGIC.length);
  if (bodyAt > file.length || bodyAt - START_BYTES > DESCRIPTION_BYTES_MAX) return undefined;
  const [text, body] = [file.subarray(START_BYTES, bodyAt), file.subarray(bodyAt)];
  if (!digestOf(file, text, body).equals(file.subarray(DIGEST_AT, START_BYTES))) return undefined;
  // Only what was written has this digest, so the JSON is ours.
  const description = JSON.parse(text.toString()) as Description;
  return description.key === key ? { ...description, body } : undefined;
}

/** The length is part of it: it tells where the description ends. */
function digestOf(start: Buffer, text: Buffer, body: Buffer): Buffer {
  return createHash('sha256')
    .update(start.subarray(0, DIGEST_AT))
    .update(text)
    .update(body)
    .digest();
}

const MAGIC = 'SHO1';
const DIGEST_AT = MAGIC.length + 4;
const START_BYTES = DIGEST_AT + 32;
