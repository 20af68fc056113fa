import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AmfError, readAmf, writeAmf } from './amf.js';
import { CHUNK_LIMITS, ChunkError, createChunkReader, writeMessage } from './chunks.js';
import { createRtmpSession, type RtmpOutput, type RtmpSession } from './session.js';

describe('a publisher', () => {
  it('is greeted, connects, and asks to publish with its key', () => {
    const { outputs, session } = greeted();
    expect(outputs.map(({ type }) => type)).toEqual(['send']);
    const asked = session.push(publishing('secret?more=1'));
    expect(asked.filter(({ type }) => type === 'publish')).toEqual([
      { type: 'publish', key: 'secret' },
    ]);
  });

  it('hands over media only once it is let in', () => {
    const { session } = greeted();
    session.push(publishing('secret'));
    expect(media(session.push(frame(0, 'early')))).toEqual([]);
    session.accept();
    expect(media(session.push(frame(40, 'late')))).toEqual([
      { type: 'media', kind: 'video', timeMs: 40, payload: Buffer.from('late') },
    ]);
  });

  it('says when it leaves on purpose', () => {
    const { session } = greeted();
    session.push(publishing('secret'));
    session.accept();
    const bytes = commandOf(['deleteStream', 5, null, 1]);
    expect(session.push(bytes)).toEqual([{ type: 'unpublish' }]);
  });

  it('may publish one stream', () => {
    const { session } = greeted();
    session.push(publishing('one'));
    expect(() => session.push(publishing('two'))).toThrow(ChunkError);
  });

  it('is understood however its bytes are cut', () => {
    const bytes = Buffer.concat([hello(), publishing('secret')]);
    for (const step of [1, 7, 1000]) {
      const session = fresh();
      const keys: string[] = [];
      for (let at = 0; at < bytes.length; at += step) {
        for (const output of session.push(bytes.subarray(at, at + step))) {
          if (output.type === 'publish') keys.push(output.key);
        }
      }
      expect(keys).toEqual(['secret']);
    }
  });
});

describe('hostile bytes', () => {
  it('garbage ends with an error of ours, at once or never', () => {
    expect(() => fresh().push(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toThrow('no RTMP');
    const any = fc.uint8Array({ maxLength: 4000 });
    fc.assert(
      fc.property(any, fc.boolean(), (bytes, after) => {
        const session = after ? greeted().session : fresh();
        try {
          session.push(Buffer.from(bytes));
        } catch (error) {
          expect(error instanceof ChunkError || error instanceof AmfError).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('changed bytes of a true publisher do no harm', () => {
    const good = Buffer.concat([hello(), publishing('secret'), frame(0, 'x'.repeat(500))]);
    const change = fc.tuple(fc.integer({ min: 3073, max: good.length - 1 }), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        const session = fresh();
        try {
          session.push(bytes);
        } catch (error) {
          expect(error instanceof ChunkError || error instanceof AmfError).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a message that is too large is refused by its header', () => {
    const head = Buffer.alloc(12);
    head[0] = 4;
    head.writeUIntBE(CHUNK_LIMITS.messageBytes + 1, 4, 3);
    expect(CHUNK_LIMITS.messageBytes).toBeLessThan(2 ** 24);
    expect(() => createChunkReader().push(head)).toThrow(ChunkError);
  });

  it('chunk streams are few', () => {
    const reader = createChunkReader();
    const message = { type: 9, streamId: 1, timeMs: 0, payload: Buffer.from([1]) };
    for (let id = 3; id < 3 + CHUNK_LIMITS.streams; id++) reader.push(writeMessage(id, message));
    expect(() => reader.push(writeMessage(40, message))).toThrow('too many');
  });

  it('values nest no deeper than the limit', () => {
    const deep = Buffer.concat(Array.from({ length: 20 }, () => Buffer.from([3, 0, 1, 97])));
    expect(() => readAmf(deep)).toThrow(AmfError);
    const list = Buffer.from([10, 0xff, 0xff, 0xff, 0xff]);
    expect(() => readAmf(list)).toThrow(AmfError);
  });
});

describe('AMF', () => {
  it('reads what it writes', () => {
    const values = ['connect', 1, null, { app: 'live', deep: { yes: true, no: false } }, -2.5];
    expect(readAmf(writeAmf(values))).toEqual(values);
  });

  it('never makes a prototype', () => {
    const bytes = writeAmf([Object.fromEntries([['__proto__', { polluted: true }]])]);
    const [value] = readAmf(bytes) as [{ polluted?: boolean }];
    expect(value.polluted).toBeUndefined();
  });
});

describe('chunks', () => {
  it('carry long messages and late times', () => {
    const payload = Buffer.alloc(1000, 7);
    const head = writeMessage(4, { type: 9, streamId: 1, timeMs: 0, payload });
    expect(createChunkReader().push(head)).toEqual([{ type: 9, streamId: 1, timeMs: 0, payload }]);
    const late = Buffer.from([4, 255, 255, 255, 0, 0, 1, 9, 1, 0, 0, 0, 1, 0, 0, 0, 42]);
    expect(createChunkReader().push(late)).toEqual([
      { type: 9, streamId: 1, timeMs: 0x01000000, payload: Buffer.from([42]) },
    ]);
  });

  it('count times from the message before', () => {
    const first = [4, 0, 0, 100, 0, 0, 1, 9, 1, 0, 0, 0, 42];
    const delta = [0x44, 0, 0, 33, 0, 0, 1, 9, 43];
    const same = [0xc4, 44];
    const read = createChunkReader().push(Buffer.from([...first, ...delta, ...same]));
    expect(read.map(({ timeMs }) => timeMs)).toEqual([100, 133, 166]);
  });
});

function fresh(): RtmpSession {
  return createRtmpSession(() => Buffer.alloc(1528));
}

function hello(): Buffer {
  return Buffer.concat([Buffer.from([3]), Buffer.alloc(2 * 1536)]);
}

function greeted(): { session: RtmpSession; outputs: readonly RtmpOutput[] } {
  const session = fresh();
  return { session, outputs: session.push(hello()) };
}

function commandOf(values: Parameters<typeof writeAmf>[0]): Buffer {
  return writeMessage(3, { type: 20, streamId: 0, timeMs: 0, payload: writeAmf(values) });
}

function publishing(key: string): Buffer {
  return Buffer.concat([
    commandOf(['connect', 1, { app: 'live' }]),
    commandOf(['createStream', 2, null]),
    commandOf(['publish', 3, null, key, 'live']),
  ]);
}

function frame(timeMs: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const bytes = writeMessage(4, { type: 9, streamId: 1, timeMs: 0, payload });
  bytes.writeUIntBE(timeMs, 1, 3);
  return bytes;
}

function media(outputs: readonly RtmpOutput[]): readonly RtmpOutput[] {
  return outputs.filter(({ type }) => type === 'media');
}
