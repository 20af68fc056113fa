/**
 * Every frame there is comes back as it went; every frame there is not is one violation. Longer:
 * FUZZ_RUNS, FUZZ_SEED.
 */
import { deepStrictEqual } from 'node:assert/strict';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShoalError } from '../errors/index.js';
import * as wire from './index.js';
import { LIMITS } from './limits.js';

const runs = Number(process.env.FUZZ_RUNS ?? 300);
const seed = Number(process.env.FUZZ_SEED ?? 1);

/** One codec under test: `decode` of hostile bytes, `encode` of what it gave. */
interface Codec {
  readonly name: string;
  /** Whether what is left of a frame that was cut can be a frame too. */
  readonly divisible?: true;
  readonly values: Arbitrary<unknown>;
  readonly encode: (value: never) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
}

const codecs: readonly Codec[] = [
  {
    name: 'link messages',
    values: linkMessages(),
    encode: wire.encodeLinkMessage,
    decode: wire.decodeLinkMessage,
  },
  {
    name: 'messages to the tracker',
    values: messagesToTracker(),
    encode: wire.encodeToTracker,
    decode: wire.decodeToTracker,
  },
  {
    name: 'messages of the tracker',
    values: messagesOfTracker(),
    encode: wire.encodeFromTracker,
    decode: wire.decodeFromTracker,
  },
  {
    name: 'piece frames',
    divisible: true,
    values: pieceFrames(),
    encode: ({ header, payload }: { header: wire.PieceHeader; payload: Uint8Array }) =>
      wire.encodePieceFrame(header, payload),
    decode: wire.decodePieceFrame,
  },
  { name: 'records', values: records(), encode: wire.encodeRecord, decode: wire.decodeRecord },
  {
    name: 'sealed records',
    values: sealedRecords(),
    encode: wire.encodeSealed,
    decode: wire.decodeSealed,
  },
  {
    name: 'record lists',
    divisible: true,
    values: fc.array(sealedRecords(), { maxLength: 4 }),
    encode: wire.encodeRecordList,
    decode: wire.decodeRecordList,
  },
];

describe.each(codecs)('$name', ({ values, divisible = false, encode, decode }) => {
  /**
   * Undefined when `bytes` are one violation; fails when they are anything else but a frame in its
   * only form.
   */
  const accepted = (bytes: Uint8Array): unknown => {
    let value: unknown;
    try {
      value = decode(bytes);
    } catch (error) {
      if (isShoalError(error, 'wire/violation')) return undefined;
      throw error;
    }
    deepStrictEqual(encode(value as never), bytes);
    return value;
  };

  it('come back as they went (WIR10)', () => {
    const property = fc.property(values, (value) => {
      deepStrictEqual(decode(encode(value as never)), value);
    });
    fc.assert(property, { seed, numRuns: runs });
  });

  it('come back from a Buffer as from any array', () => {
    const property = fc.property(values, (value) => {
      deepStrictEqual(decode(Buffer.from(encode(value as never))), value);
    });
    fc.assert(property, { seed, numRuns: 50 });
  });

  it('are read from arbitrary bytes or refused (WIR9, WIR10)', () => {
    const tag = fc.option(fc.nat(0x60), { nil: undefined });
    const property = fc.property(tag, fc.uint8Array({ maxLength: 400 }), (first, rest) => {
      accepted(first === undefined ? rest : Uint8Array.of(first, ...rest));
    });
    fc.assert(property, { seed, numRuns: 3 * runs });
  });

  it('are read or refused when bits are flipped and bytes are cut, added or repeated', () => {
    const property = fc.property(values, mutations(), (value, mutate) => {
      accepted(mutate(Uint8Array.from(encode(value as never))));
    });
    fc.assert(property, { seed, numRuns: 3 * runs });
  });

  it('are refused when cut anywhere or longer by a byte (WIR9)', () => {
    const property = fc.property(values, fc.nat(), fc.nat(255), (value, cut, extra) => {
      const frame = encode(value as never);
      const shorter = accepted(frame.subarray(0, cut % Math.max(1, frame.length)));
      const longer = accepted(Uint8Array.from([...frame, extra]));
      if (divisible) return;
      expect([shorter, longer]).toEqual([undefined, undefined]);
    });
    fc.assert(property, { seed, numRuns: runs });
  });

  it('are refused unread beyond the largest frame (WIR11)', () => {
    const huge = new Uint8Array(LIMITS.listBytes + 1);
    expect(() => decode(huge)).toThrow('[wire/violation] oversize');
  });
});

/** A few changes in a row. */
function mutations(): Arbitrary<(bytes: Uint8Array) => Uint8Array> {
  const place = fc.nat(200);
  const at = (place: number, bytes: Uint8Array): number => place % Math.max(1, bytes.length);
  const one = fc.oneof(
    fc.tuple(place, fc.nat(7)).map(([where, bit]) => (bytes: Uint8Array) => {
      return bytes.map((byte, i) => (i === at(where, bytes) ? byte ^ (1 << bit) : byte));
    }),
    fc
      .tuple(place, fc.constantFrom(0, 1, 127, 255))
      .map(([where, value]) => (bytes: Uint8Array) => {
        return bytes.map((byte, i) => (i === at(where, bytes) ? value : byte));
      }),
    place.map((where) => (bytes: Uint8Array) => bytes.slice(0, at(where, bytes))),
    place.map((where) => (bytes: Uint8Array) => bytes.slice(at(where, bytes))),
    fc.uint8Array({ maxLength: 20 }).map((tail) => (bytes: Uint8Array) => {
      const joined = new Uint8Array(bytes.length + tail.length);
      joined.set(bytes);
      joined.set(tail, bytes.length);
      return joined;
    }),
    fc.tuple(place, place).map(([from, to]) => (bytes: Uint8Array) => {
      return bytes.slice().copyWithin(at(to, bytes), at(from, bytes), at(from, bytes) + 12);
    }),
  );
  const several = fc.array(one, { minLength: 1, maxLength: 4 });
  return several.map((changes) => (bytes) => changes.reduce((was, change) => change(was), bytes));
}

function raw(length: number): Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

function upTo(max: number, min = 0): Arbitrary<number> {
  return fc.integer({ min, max });
}

function u16(): Arbitrary<number> {
  return upTo(65_535);
}

function u32(): Arbitrary<number> {
  return upTo(2 ** 32 - 1);
}

/** Times, sizes and sequences: mostly small, sometimes at the end of the range. */
function u53(): Arbitrary<number> {
  return fc.oneof(upTo(5000), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER));
}

function peers(): Arbitrary<string> {
  return raw(8).map((bytes) => wire.hex(bytes));
}

function text(maxBytes: number): Arbitrary<string> {
  const short = fc.string({ unit: 'binary', maxLength: 40 });
  const long = upTo(maxBytes).map((length) => 'x'.repeat(length));
  return fc.oneof(
    short.filter((value) => Buffer.byteLength(value) <= maxBytes),
    long,
  );
}

function keys(): Arbitrary<{ rendition: number; sequence: number; part: number }> {
  return fc.record({ rendition: u16(), sequence: u53(), part: u16() }, { noNullPrototype: true });
}

/** An object of the kind `type`. */
function kind<T extends string, F>(type: T, fields: { [K in keyof F]: Arbitrary<F[K]> }) {
  return fc.record({ type: fc.constant(type), ...fields } as never, { noNullPrototype: true });
}

function versions(): Arbitrary<{ version: number; versionMin: number }> {
  const pair = fc.tuple(upTo(255, 1), upTo(255, 1));
  return pair.map(([a, b]) => ({ version: Math.max(a, b), versionMin: Math.min(a, b) }));
}

/** Pieces in any order, often neighbours. */
function pieces(): Arbitrary<number[]> {
  const spread = fc.uniqueArray(upTo(LIMITS.pieces - 1), { maxLength: 40 });
  const run = fc.tuple(upTo(4000), upTo(90)).map(([first, count]) => {
    return Array.from({ length: count }, (_, i) => first + i);
  });
  return fc.oneof(spread, run);
}

function bitmaps(): Arbitrary<{ pieces: number; bits: Uint8Array | 'all' }> {
  return upTo(200).chain((pieces) => {
    const bits = raw(Math.ceil(pieces / 8)).map((bytes) => {
      const spare = bytes.length * 8 - pieces;
      return bytes.map((byte, i) => (i === bytes.length - 1 ? byte & (255 >> spare) : byte));
    });
    return fc.record(
      {
        pieces: fc.constant(pieces),
        bits: fc.oneof(bits, fc.constant('all' as const)),
      },
      { noNullPrototype: true },
    );
  });
}

function heldRuns(): Arbitrary<{ from: number; count: number }[]> {
  const steps = fc.array(fc.tuple(upTo(1000, 1), upTo(200, 1)), { maxLength: LIMITS.heldRuns });
  return steps.map((pairs) => {
    let end = -1;
    return pairs.map(([gap, count]) => {
      const from = end + gap;
      end = from + count;
      return { from, count };
    });
  });
}

function records(): Arbitrary<wire.PartRecord> {
  const sized = fc.tuple(fc.oneof(upTo(40_000), upTo(2_000_000)), upTo(31));
  return fc
    .record({
      size: sized,
      key: keys(),
      streamId: raw(32),
      epoch: u32(),
      durationMs: u32(),
      mediaTimeMs: u53(),
      keyId: raw(8),
      init: raw(32),
      pieces: raw(32),
      hint: text(LIMITS.hintBytes),
    })
    .map(({ size: [byteLength, flags], key, ...rest }) => {
      const gap = byteLength === 0 ? wire.FLAG.gap : 0;
      return { ...rest, ...key, byteLength, flags: flags | gap };
    });
}

function sealedRecords(): Arbitrary<wire.SealedRecord> {
  const parts = fc.tuple(records(), raw(64), upTo(255));
  return parts.map(([record, signature, fill]) => {
    const digests = new Uint8Array(32 * Math.ceil(record.byteLength / 16_384)).fill(fill);
    return { record, signed: wire.encodeRecord(record), signature, digests };
  });
}

function linkMessages(): Arbitrary<unknown> {
  const listed = { key: keys(), pieces: pieces() };
  const greeting = { peer: peers(), streamId: raw(32), epoch: u32(), uploads: fc.boolean() };
  const hello = fc.tuple(kind('hello', greeting), versions());
  const have = fc.tuple(kind('have', { key: keys() }), bitmaps());
  return fc.oneof(
    hello.map(([rest, range]) => ({ ...(rest as object), ...range })),
    kind('record', { sealed: sealedRecords() }),
    kind('record-ask', { key: keys() }),
    have.map(([rest, held]) => ({ ...(rest as object), ...held })),
    kind('holdings', { rendition: u16(), playhead: u53(), runs: heldRuns() }),
    kind('ask', listed),
    kind('cancel', listed),
    kind('refuse', { ...listed, why: fc.constantFrom('absent', 'busy') }),
    uploads(),
    kind('bye', {}),
  );
}

function uploads(): Arbitrary<unknown> {
  return kind('uploads', { on: fc.boolean(), rate: u53() });
}

function signals(): Arbitrary<unknown> {
  return kind('signal', { peer: peers(), payload: text(LIMITS.signalBytes) });
}

function messagesToTracker(): Arbitrary<unknown> {
  const secret = fc.record({ peer: peers(), secret: raw(16) }, { noNullPrototype: true });
  const token = fc.string({ maxLength: LIMITS.tokenBytes }).filter((t) => /^[ -~]*$/.test(t));
  const join = kind('join', {
    streamId: raw(32),
    epoch: u32(),
    resume: fc.option(secret, { nil: undefined }),
    uploads: fc.boolean(),
    uplink: u53(),
    token,
  });
  const followed = fc.record(
    { rendition: u16(), playhead: u53(), live: fc.boolean() },
    { noNullPrototype: true },
  );
  const open = fc.record({ peer: peers(), rttMs: u16() }, { noNullPrototype: true });
  return fc.oneof(
    fc.tuple(join, versions()).map(([rest, range]) => ({ ...(rest as object), ...range })),
    kind('follow', { renditions: fc.array(followed, { maxLength: LIMITS.followed }) }),
    kind('links', { open: fc.array(open, { maxLength: LIMITS.links }) }),
    kind('stats', {
      httpBytes: u53(),
      peerBytes: u53(),
      uploadedBytes: u53(),
      stallMs: u32(),
      uplink: u53(),
      bufferMs: u32(),
    }),
    kind('claim', { rendition: u16(), sequences: fc.array(u53(), { maxLength: LIMITS.claimed }) }),
    kind('complaint', {
      peer: peers(),
      about: fc.constantFrom('corrupt', 'silent', 'violation'),
      key: keys(),
    }),
    uploads(),
    signals(),
    kind('leave', {}),
  );
}

/** Plans over a handful of neighbours, so that most of them stand in several trees. */
function plans(): Arbitrary<unknown> {
  const known = fc.uniqueArray(peers(), { minLength: 1, maxLength: 9 });
  return known.chain((ids) => {
    const somebody = fc.constantFrom(...ids);
    const anybody = fc.option(somebody, { nil: undefined });
    const tree = fc.record(
      {
        parent: anybody,
        standby: anybody,
        standbyRoot: fc.boolean(),
        children: fc.array(somebody, { maxLength: 5 }),
      },
      { noNullPrototype: true },
    );
    return kind('plan', {
      rendition: u16(),
      version: u32(),
      stripesMax: upTo(LIMITS.stripes, 1),
      trees: fc.array(tree, { maxLength: LIMITS.trees }),
    });
  });
}

function messagesOfTracker(): Arbitrary<unknown> {
  const owner = fc.record({ sequence: u53(), peer: peers() }, { noNullPrototype: true });
  return fc.oneof(
    kind('welcome', {
      version: upTo(255, 1),
      peer: peers(),
      secret: raw(16),
      linksMax: upTo(LIMITS.links),
      statsMs: u32(),
    }),
    kind('introduce', { peer: peers(), offer: fc.boolean() }),
    plans(),
    kind('announce', { sealed: sealedRecords() }),
    kind('claimed', { rendition: u16(), owners: fc.array(owner, { maxLength: LIMITS.claimed }) }),
    signals(),
    kind('gone', { peer: peers(), banned: fc.boolean() }),
    kind('refused', {
      why: fc.constantFrom('version', 'stream', 'token', 'full', 'banned', 'limit'),
      retryMs: u32(),
    }),
  );
}

function pieceFrames(): Arbitrary<unknown> {
  const header = fc.record(
    { key: keys(), index: upTo(LIMITS.pieces - 1) },
    { noNullPrototype: true },
  );
  const payload = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 300 }), raw(16_384));
  return fc.record({ header, payload }, { noNullPrototype: true });
}
