/** AMF0, the values of RTMP commands: as much of it as encoders send, and with limits. */

export type AmfValue =
  | number
  | boolean
  | string
  | null
  | readonly AmfValue[]
  | { readonly [name: string]: AmfValue };

export const AMF_LIMITS = {
  /** Objects within objects. */
  depth: 8,
  /** Values of one message. */
  values: 512,
} as const;

/** A message that is no AMF0. */
export class AmfError extends Error {}

/** All values of a message. Throws `AmfError`, and nothing else. */
export function readAmf(bytes: Buffer): readonly AmfValue[] {
  const reader = new Reader(bytes);
  const values: AmfValue[] = [];
  while (!reader.done) values.push(reader.value(0));
  return values;
}

export function writeAmf(values: readonly AmfValue[]): Buffer {
  return Buffer.concat(values.map(writeValue));
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #values = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  value(depth: number): AmfValue {
    this.#values += 1;
    if (depth > AMF_LIMITS.depth || this.#values > AMF_LIMITS.values)
      throw new AmfError('too much');
    const type = this.#take(1)[0] as number;
    switch (type) {
      case 0:
        return this.#take(8).readDoubleBE();
      case 1:
        return this.#take(1)[0] !== 0;
      case 2:
        return this.#text(this.#take(2).readUInt16BE());
      case 3:
        return this.#object(depth);
      case 5:
      case 6:
        return null;
      case 8:
        this.#take(4);
        return this.#object(depth);
      case 10:
        return this.#list(depth);
      case 11:
        return this.#take(10).readDoubleBE();
      case 12:
        return this.#text(this.#take(4).readUInt32BE());
      default:
        throw new AmfError(`a value of type ${type}`);
    }
  }

  #object(depth: number): AmfValue {
    const found: [string, AmfValue][] = [];
    for (;;) {
      const name = this.#text(this.#take(2).readUInt16BE());
      if (name === '' && this.#bytes[this.#at] === OBJECT_END) {
        this.#at += 1;
        return Object.fromEntries(found.filter(([key]) => key !== '__proto__'));
      }
      found.push([name, this.value(depth + 1)]);
    }
  }

  #list(depth: number): AmfValue {
    const count = this.#take(4).readUInt32BE();
    if (count > AMF_LIMITS.values) throw new AmfError('a long list');
    return Array.from({ length: count }, () => this.value(depth + 1));
  }

  #text(length: number): string {
    return this.#take(length).toString('utf8');
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new AmfError('cut off');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

function writeValue(value: AmfValue): Buffer {
  if (value === null) return Buffer.from([5]);
  if (typeof value === 'boolean') return Buffer.from([1, value ? 1 : 0]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === 'string') return Buffer.concat([Buffer.from([2]), named(value)]);
  const members = Object.entries(value).flatMap(([name, one]) => [named(name), writeValue(one)]);
  return Buffer.concat([Buffer.from([3]), ...members, Buffer.from([0, 0, OBJECT_END])]);
}

function named(text: string): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]);
}

const OBJECT_END = 9;
