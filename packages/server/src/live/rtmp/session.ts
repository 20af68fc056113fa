/** One RTMP publisher as a machine: bytes in; answers, its wish to publish, and its media out. */
import { type AmfValue, readAmf, writeAmf } from './amf.js';
import { ChunkError, createChunkReader, type RtmpMessage, writeMessage } from './chunks.js';

export type RtmpOutput =
  | { readonly type: 'send'; readonly bytes: Buffer }
  /** Wants to publish; answer with `accept` or `refuse`. */
  | { readonly type: 'publish'; readonly key: string }
  /** The payload is that of an FLV tag. */
  | {
      readonly type: 'media';
      readonly kind: 'audio' | 'video';
      readonly timeMs: number;
      readonly payload: Buffer;
    }
  /** Ends its stream on purpose. */
  | { readonly type: 'unpublish' };

export interface RtmpSession {
  /** Throws an Error when the rules are broken: the connection must end. */
  push(bytes: Buffer): readonly RtmpOutput[];
  /** The answer that lets it publish. */
  accept(): Buffer;
  /** The answer that sends it away. */
  refuse(sentence: string): Buffer;
}

export function createRtmpSession(random: () => Buffer): RtmpSession {
  return new Session(random);
}

class Session implements RtmpSession {
  readonly #random: () => Buffer;
  readonly #chunks = createChunkReader();
  #phase: 'hello' | 'echo' | 'open' = 'hello';
  #held: Buffer = Buffer.alloc(0);
  #received = 0;
  #acknowledged = 0;
  #asked = false;
  #accepted = false;

  constructor(random: () => Buffer) {
    this.#random = random;
  }

  push(bytes: Buffer): readonly RtmpOutput[] {
    const out: RtmpOutput[] = [];
    this.#received += bytes.length;
    let rest = bytes;
    if (this.#phase !== 'open') {
      this.#held = Buffer.concat([this.#held, bytes]);
      rest = this.#greet(out);
    }
    if (rest.length > 0) for (const message of this.#chunks.push(rest)) this.#take(message, out);
    if (this.#received - this.#acknowledged > WINDOW_BYTES / 2) out.push(this.#acknowledge());
    return out;
  }

  accept(): Buffer {
    this.#accepted = true;
    return status('status', 'NetStream.Publish.Start', 'go ahead');
  }

  refuse(sentence: string): Buffer {
    return status('error', 'NetStream.Publish.BadName', sentence);
  }

  /** hello -> echo -> open. Returns what lies after the handshake (section 5.2). */
  #greet(out: RtmpOutput[]): Buffer {
    if (this.#held.length > 0 && this.#held[0] !== VERSION) throw new ChunkError('no RTMP');
    if (this.#phase === 'hello' && this.#held.length > HELLO_BYTES) {
      const theirs = this.#held.subarray(1, 1 + HELLO_BYTES);
      const ours = Buffer.concat([Buffer.alloc(8), this.#random()]);
      out.push({ type: 'send', bytes: Buffer.concat([Buffer.from([VERSION]), ours, theirs]) });
      this.#phase = 'echo';
    }
    if (this.#phase !== 'echo' || this.#held.length < 1 + 2 * HELLO_BYTES) return Buffer.alloc(0);
    this.#phase = 'open';
    const rest = this.#held.subarray(1 + 2 * HELLO_BYTES);
    this.#held = Buffer.alloc(0);
    return rest;
  }

  #acknowledge(): RtmpOutput {
    this.#acknowledged = this.#received;
    return { type: 'send', bytes: control(ACKNOWLEDGEMENT, this.#received % 2 ** 32) };
  }

  #take({ type, timeMs, payload }: RtmpMessage, out: RtmpOutput[]): void {
    if (type === COMMAND) this.#command(readAmf(payload), out);
    // The other version's commands are the same values after one byte.
    else if (type === COMMAND_3) this.#command(readAmf(payload.subarray(1)), out);
    else if ((type === AUDIO || type === VIDEO) && this.#accepted && payload.length > 0) {
      const kind = type === AUDIO ? 'audio' : 'video';
      out.push({ type: 'media', kind, timeMs, payload });
    }
  }

  #command(values: readonly AmfValue[], out: RtmpOutput[]): void {
    const [name, transaction, , argument] = values;
    const id = typeof transaction === 'number' ? transaction : 0;
    const send = (bytes: Buffer): void => void out.push({ type: 'send', bytes });
    if (name === 'connect') {
      send(control(WINDOW, WINDOW_BYTES));
      send(peerBandwidth());
      send(command(0, ['_result', id, SERVER, CONNECTED]));
    } else if (name === 'createStream') send(command(0, ['_result', id, null, 1]));
    else if (name === 'publish') this.#publish(argument, out);
    else if (name === 'FCUnpublish' || name === 'deleteStream' || name === 'closeStream') {
      if (this.#accepted) out.push({ type: 'unpublish' });
      this.#accepted = false;
    } else if (name === 'play') send(status('error', 'NetStream.Play.Failed', 'publishers only'));
  }

  #publish(argument: AmfValue | undefined, out: RtmpOutput[]): void {
    if (this.#asked) throw new ChunkError('a second stream on one connection');
    this.#asked = true;
    const key = typeof argument === 'string' ? argument.slice(0, KEY_CHARS_MAX) : '';
    // Encoders append parameters of their own.
    out.push({ type: 'publish', key: key.replace(/\?.*$/s, '') });
  }
}

function command(streamId: number, values: readonly AmfValue[]): Buffer {
  return writeMessage(3, { type: COMMAND, streamId, timeMs: 0, payload: writeAmf(values) });
}

function status(level: string, code: string, description: string): Buffer {
  return command(1, ['onStatus', 0, null, { level, code, description }]);
}

function control(type: number, value: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(value);
  return writeMessage(2, { type, streamId: 0, timeMs: 0, payload });
}

function peerBandwidth(): Buffer {
  const payload = Buffer.alloc(5, 2);
  payload.writeUInt32BE(WINDOW_BYTES);
  return writeMessage(2, { type: PEER_BANDWIDTH, streamId: 0, timeMs: 0, payload });
}

const VERSION = 3;
const HELLO_BYTES = 1536;
const WINDOW_BYTES = 2_500_000;
const KEY_CHARS_MAX = 256;
const ACKNOWLEDGEMENT = 3;
const WINDOW = 5;
const PEER_BANDWIDTH = 6;
const AUDIO = 8;
const VIDEO = 9;
const COMMAND_3 = 17;
const COMMAND = 20;
const SERVER = { fmsVer: 'FMS/3,0,1,123', capabilities: 31 } as const;
const CONNECTED = {
  level: 'status',
  code: 'NetConnection.Connect.Success',
  description: 'connected',
  objectEncoding: 0,
} as const;
