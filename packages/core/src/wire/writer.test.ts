import { describe, expect, it } from 'vitest';
import { InvariantError } from '../errors/index.js';
import { Writer } from './writer.js';

describe('Writer', () => {
  it('writes big-endian numbers of any width (WIR1)', () => {
    const to = new Writer();
    to.uint(1, 1);
    to.uint(2, 0x0203);
    to.uint(4, 0xfffefdfc);
    to.uint(8, Number.MAX_SAFE_INTEGER);
    const numbers = [1, 2, 3, 255, 254, 253, 252];
    expect([...to.finish()]).toEqual([...numbers, 0, 0x1f, 255, 255, 255, 255, 255, 255]);
  });

  it.each([
    [1, 256],
    [2, 65_536],
    [1, -1],
    [2, 1.5],
    [4, Number.NaN],
    [8, Number.POSITIVE_INFINITY],
    [8, 2 ** 53],
  ])('treats a number that %i bytes cannot carry as a bug: %d', (width, value) => {
    expect(() => new Writer().uint(width, value)).toThrow(InvariantError);
  });

  it('returns just what was written, as a copy', () => {
    const to = new Writer();
    const one = Uint8Array.of(1);
    to.bytes(1, one);
    to.bytes(1000, new Uint8Array(1000).fill(2));
    to.uint(1, 3);
    const bytes = to.finish();
    one[0] = 9;
    expect(bytes.length).toBe(1002);
    expect([bytes[0], bytes[1], bytes[1000], bytes[1001]]).toEqual([1, 2, 2, 3]);
    expect(bytes.buffer.byteLength).toBe(1002);
  });

  it('has a number and bytes to write', () => {
    expect(() => new Writer().uint(1, undefined)).toThrow(InvariantError);
    expect(() => new Writer().bytes(0, undefined)).toThrow(InvariantError);
  });

  it('names the broken rule in the assertion', () => {
    expect(() => new Writer().bytes(2, Uint8Array.of(1))).toThrow(/cannot encode: length/);
  });
});
