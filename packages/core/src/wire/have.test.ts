import { describe, expect, it } from 'vitest';
import { InvariantError } from '../errors/index.js';
import { decode, encode } from './field.js';
import { type Have, have } from './have.js';

const key = { rendition: 1, sequence: 2, part: 3 };
const held = (pieces: number, bits: Have['bits']): Have => ({ type: 'have', key, pieces, bits });
const read = (bytes: Uint8Array): Have => decode(have, bytes, 1000);

describe('have', () => {
  it.each([
    held(9, Uint8Array.of(0b1010_0001, 0b1)),
    held(8, Uint8Array.of(255)),
    held(4096, new Uint8Array(512).fill(255)),
    held(4096, 'all'),
    held(0, 'all'),
    held(0, new Uint8Array(0)),
  ])('comes back as it went (WIR23)', (message) => {
    expect(read(encode(have, message))).toStrictEqual(message);
  });

  it('refuses bits beyond the last piece (WIR23)', () => {
    const bytes = encode(have, held(9, Uint8Array.of(0, 1)));
    bytes[bytes.length - 1] = 0b11;
    expect(() => read(bytes)).toThrow('[wire/violation] bits');
  });

  it('refuses a part of more than 4,096 pieces, and a bitmap cut short (WIR11)', () => {
    const bytes = encode(have, held(4096, 'all'));
    bytes[13] = 1;
    expect(() => read(bytes)).toThrow('[wire/violation] range');
    const short = encode(have, held(9, Uint8Array.of(0, 1))).subarray(0, -1);
    expect(() => read(short)).toThrow('[wire/violation] short');
  });

  it.each([
    [9, [1]],
    [9, [1, 0, 0]],
    [9, [1, 2]],
    [8, [1, 0]],
    [0, [0]],
  ])('encodes no bitmap that does not fit: %i pieces in %j', (pieces, bits) => {
    expect(() => encode(have, held(pieces, Uint8Array.from(bits)))).toThrow(InvariantError);
  });
});
