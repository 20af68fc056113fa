/** RTMP's chunk stream (Adobe's specification 1.0, section 5.3): messages out of chunks, and back. */

export interface RtmpMessage {
  readonly type: number;
  readonly streamId: number;
  /** Milliseconds on the sender's clock, modulo 2^32. */
  readonly timeMs: number;
  readonly payload: Buffer;
}

export const CHUNK_LIMITS = {
  /** Bytes of one message: a frame. */
  messageBytes: 8 * 1024 * 1024,
  /** Bytes of one chunk that a sender may choose. */
  chunkBytes: 1024 * 1024,
  /** Chunk streams of one sender. */
  streams: 16,
} as const;

/** What broke the rules; the connection ends. */
export class ChunkError extends Error {}

export interface ChunkReader {
  /** The messages that these bytes complete; throws `ChunkError`, and nothing else. */
  push(bytes: Buffer): readonly RtmpMessage[];
}

export function createChunkReader(): ChunkReader {
  return new Reader();
}

interface ChunkStream {
  timeMs: number;
  deltaMs: number;
  extended: boolean;
  length: number;
  type: number;
  streamId: number;
  /** What of the message has come. */
  got: Buffer[];
  left: number;
}

class Reader implements ChunkReader {
  readonly #streams = new Map<number, ChunkStream>();
  #held: Buffer = Buffer.alloc(0);
  #chunkBytes = 128;

  push(bytes: Buffer): readonly RtmpMessage[] {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const messages: RtmpMessage[] = [];
    let at = 0;
    for (;;) {
      const used = this.#chunk(this.#held.subarray(at), messages);
      if (used === 0) break;
      at += used;
    }
    this.#held = this.#held.subarray(at);
    return messages;
  }

  /** Bytes used; 0 while the chunk is not all there. */
  #chunk(bytes: Buffer, messages: RtmpMessage[]): number {
    const basic = readBasic(bytes);
    if (basic === undefined) return 0;
    const { format, id, size } = basic;
    const fields = FIELD_BYTES[format] as number;
    const known = this.#streams.get(id);
    if (known === undefined && format !== 0) throw new ChunkError('a chunk stream begins midway');
    if (bytes.length < size + fields) return 0;
    const head = bytes.subarray(size, size + fields);
    const short = format < 3 ? head.readUIntBE(0, 3) : 0;
    const extended = format < 3 ? short === EXTENDED : (known as ChunkStream).extended;
    const start = size + fields + (extended ? 4 : 0);
    if (bytes.length < start) return 0;
    const time = extended ? bytes.readUInt32BE(size + fields) : short;
    const length = format < 2 ? head.readUIntBE(3, 3) : (known as ChunkStream).length;
    if (length > CHUNK_LIMITS.messageBytes) throw new ChunkError(`a message of ${length} bytes`);
    const fresh = known === undefined || known.left === 0;
    if (!fresh && format !== 3) throw new ChunkError('a message begins within another');
    const take = Math.min(this.#chunkBytes, fresh ? length : (known as ChunkStream).left);
    if (bytes.length < start + take) return 0;
    const stream = known ?? this.#newStream(id);
    if (fresh) begin(stream, format, head, time, length, extended);
    stream.got.push(Buffer.from(bytes.subarray(start, start + take)));
    stream.left -= take;
    if (stream.left === 0) this.#complete(stream, messages);
    return start + take;
  }

  #newStream(id: number): ChunkStream {
    if (this.#streams.size >= CHUNK_LIMITS.streams) throw new ChunkError('too many chunk streams');
    const rest = { extended: false, length: 0, type: 0, streamId: 0, got: [], left: 0 };
    const stream: ChunkStream = { timeMs: 0, deltaMs: 0, ...rest };
    this.#streams.set(id, stream);
    return stream;
  }

  #complete(stream: ChunkStream, messages: RtmpMessage[]): void {
    const payload = Buffer.concat(stream.got);
    stream.got = [];
    const { type, streamId, timeMs } = stream;
    if (type === SET_CHUNK_SIZE) this.#resize(payload);
    else if (type === ABORT) this.#abort(payload);
    else messages.push({ type, streamId, timeMs, payload });
  }

  #resize(payload: Buffer): void {
    const bytes = payload.length < 4 ? 0 : payload.readUInt32BE();
    if (bytes < 1 || bytes > CHUNK_LIMITS.chunkBytes) throw new ChunkError(`chunks of ${bytes}`);
    this.#chunkBytes = bytes;
  }

  #abort(payload: Buffer): void {
    const stream = payload.length < 4 ? undefined : this.#streams.get(payload.readUInt32BE());
    if (stream !== undefined) Object.assign(stream, { got: [], left: 0 });
  }
}

function begin(
  stream: ChunkStream,
  format: number,
  head: Buffer,
  time: number,
  length: number,
  extended: boolean,
): void {
  if (format < 3) stream.deltaMs = time;
  // A message of only a basic header comes as long after the one before as that did.
  stream.timeMs = format === 0 ? time : (stream.timeMs + stream.deltaMs) % 2 ** 32;
  if (format < 2) stream.type = head[6] as number;
  if (format === 0) {
    stream.streamId = head.readUInt32LE(7);
    stream.deltaMs = 0;
  }
  Object.assign(stream, { extended, length, left: length });
}

function readBasic(
  bytes: Buffer,
): { readonly format: number; readonly id: number; readonly size: number } | undefined {
  const [first, second, third] = bytes;
  if (first === undefined) return undefined;
  const format = first >> 6;
  const short = first & 63;
  if (short > 1) return { format, id: short, size: 1 };
  if (second === undefined || (short === 1 && third === undefined)) return undefined;
  const id = 64 + second + (short === 1 ? 256 * (third as number) : 0);
  return { format, id, size: 2 + short };
}

/** One message in chunks of `CHUNK_BYTES_SENT`. */
export function writeMessage(chunkStream: number, message: RtmpMessage): Buffer {
  const { type, streamId, payload } = message;
  const head = Buffer.alloc(12);
  head[0] = chunkStream;
  head.writeUIntBE(payload.length, 4, 3);
  head[7] = type;
  head.writeUInt32LE(streamId, 8);
  const pieces: Buffer[] = [head];
  for (let at = 0; at < payload.length; at += CHUNK_BYTES_SENT) {
    if (at > 0) pieces.push(Buffer.from([0xc0 | chunkStream]));
    pieces.push(payload.subarray(at, at + CHUNK_BYTES_SENT));
  }
  return Buffer.concat(pieces);
}

/** What the protocol begins with; our answers are small. */
const CHUNK_BYTES_SENT = 128;
/** Bytes of the message header by format. */
const FIELD_BYTES = [11, 7, 3, 0] as const;
const EXTENDED = 0xffffff;
const SET_CHUNK_SIZE = 1;
const ABORT = 2;
