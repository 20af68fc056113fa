import { describe, expect, it } from 'vitest';
import { InvariantError } from '../errors/index.js';
import * as f from './field.js';

const read = <T>(field: f.Field<T>, ...bytes: number[]): T =>
  f.decode(field, Uint8Array.from(bytes), 1000);
const written = <T>(field: f.Field<T>, value: T): number[] => [...f.encode(field, value)];

describe('uint', () => {
  const fromThreeToTen = f.uint(1, 10, 3);
  it.each([2, 11])('keeps its range in both directions: %i', (value) => {
    expect(() => read(fromThreeToTen, value)).toThrow('[wire/violation] range');
    expect(() => written(fromThreeToTen, value)).toThrow(InvariantError);
  });
  it.each([3, 10])('includes both ends: %i', (value) => {
    expect(read(fromThreeToTen, value)).toBe(value);
    expect(written(fromThreeToTen, value)).toEqual([value]);
  });
});

describe('measure', () => {
  it.each([
    [2.4, 2],
    [2.5, 3],
    [-0.2, 0],
    [-7, 0],
    [1e9, 65_535],
    [Number.POSITIVE_INFINITY, 65_535],
  ])('rounds and holds %d (WIR8)', (value, carried) => {
    expect(f.decode(f.measure(2), f.encode(f.measure(2), value), 2)).toBe(carried);
  });
  it('holds at 2^53 - 1 in eight bytes', () => {
    const carried = f.decode(f.measure(8), f.encode(f.measure(8), 1e300), 8);
    expect(carried).toBe(Number.MAX_SAFE_INTEGER);
  });
  it('treats a measurement that is no number as a bug', () => {
    expect(() => written(f.measure(2), Number.NaN)).toThrow(InvariantError);
  });
});

describe('word and flag', () => {
  const colour = f.word('red', 'green');
  it('writes the index (WIR2)', () => {
    expect(written(colour, 'green')).toEqual([1]);
    expect(read(colour, 0)).toBe('red');
    expect([read(f.flag, 0), read(f.flag, 1)]).toEqual([false, true]);
  });
  it('refuses other bytes and other words (WIR2)', () => {
    expect(() => read(colour, 2)).toThrow('[wire/violation] word');
    expect(() => read(f.flag, 255)).toThrow('[wire/violation] word');
    expect(() => written(colour, 'blue' as 'red')).toThrow(InvariantError);
  });
});

describe('bytes', () => {
  it('has one length', () => {
    expect(written(f.bytes(2), Uint8Array.of(5, 6))).toEqual([5, 6]);
    expect(() => written(f.bytes(2), Uint8Array.of(5))).toThrow(InvariantError);
    expect(() => read(f.bytes(2), 5)).toThrow('[wire/violation] short');
  });
  it('reads a copy', () => {
    const input = Uint8Array.of(1, 2);
    const value = f.decode(f.bytes(2), input, 2);
    input[0] = 9;
    expect(value[0]).toBe(1);
  });
});

describe('text', () => {
  it('counts UTF-8 bytes, not characters (WIR3, WIR11)', () => {
    expect(written(f.text(3), '€')).toEqual([0, 3, 0xe2, 0x82, 0xac]);
    expect(() => written(f.text(2), '€')).toThrow(InvariantError);
    expect(() => read(f.text(2), 0, 3, 0xe2, 0x82, 0xac)).toThrow('[wire/violation] length');
  });
  it('refuses what is not UTF-8, both ways (WIR3)', () => {
    expect(() => read(f.text(9), 0, 1, 0x80)).toThrow('[wire/violation] text');
    expect(() => written(f.text(9), '\ud800')).toThrow(InvariantError);
  });
});

describe('list', () => {
  const few = f.list(2, f.u8);
  it('counts in one byte (WIR4)', () => {
    expect(written(few, [7, 8])).toEqual([2, 7, 8]);
    expect(read(few, 0)).toEqual([]);
  });
  it('refuses too many before it reads one (WIR11)', () => {
    expect(() => read(few, 3)).toThrow('[wire/violation] count');
    expect(() => written(few, [1, 2, 3])).toThrow(InvariantError);
  });
});

describe('optional, struct and refined', () => {
  const pair = f.struct<{ a: number; b: number | undefined }>({
    a: f.u16,
    b: f.optional(f.u8),
  });
  it('writes properties in the order of the definition', () => {
    expect(written(pair, { b: 3, a: 1 })).toEqual([0, 1, 1, 3]);
    expect(read(pair, 0, 1, 0)).toStrictEqual({ a: 1, b: undefined });
  });
  it('checks a rule over the whole value, both ways', () => {
    const rising = f.refined(f.list(9, f.u8), ([a = 0, b = 0]) => a < b, 'rising');
    expect(read(rising, 2, 1, 2)).toEqual([1, 2]);
    expect(() => read(rising, 2, 2, 1)).toThrow('[wire/violation] rising');
    expect(() => written(rising, [2, 1])).toThrow(InvariantError);
  });
});

describe('peerId', () => {
  it('is eight bytes and sixteen digits (WIR5)', () => {
    expect(written(f.peerId, '00ff0a0000000001')).toEqual([0, 255, 10, 0, 0, 0, 0, 1]);
    expect(read(f.peerId, 0, 255, 10, 0, 0, 0, 0, 1)).toBe('00ff0a0000000001');
  });
  it.each(['', '00ff0a000000000', '00FF0A0000000001', '00ff0a00000000012', 'zzzzzzzzzzzzzzzz'])(
    'takes no other spelling: %j',
    (id) => {
      expect(() => written(f.peerId, id)).toThrow(InvariantError);
    },
  );
});

describe('decode', () => {
  it('wants every byte used (WIR9)', () => {
    expect(() => read(f.u8, 1, 2)).toThrow('[wire/violation] trailing');
    expect(() => f.decode(f.u8, Uint8Array.of(1), 0)).toThrow('[wire/violation] oversize');
  });
});
