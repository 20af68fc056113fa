import { describe, expect, it } from 'vitest';
import { isShoalError } from '../errors/index.js';
import { Reader } from './reader.js';

const reader = (...bytes: number[]): Reader => new Reader(Uint8Array.from(bytes), 100);

describe('Reader', () => {
  it('reads big-endian numbers of any width (WIR1)', () => {
    const from = reader(1, 2, 3, 4, 5, 6, 7);
    expect([from.uint(1), from.uint(2), from.uint(4)]).toEqual([0x01, 0x0203, 0x04050607]);
    expect(from.left).toBe(0);
  });

  it('reads 2^53 - 1 and refuses 2^53 and above (WIR1)', () => {
    expect(reader(0, 0x1f, 255, 255, 255, 255, 255, 255).uint(8)).toBe(Number.MAX_SAFE_INTEGER);
    const beyond = [reader(0, 0x20, 0, 0, 0, 0, 0, 0), reader(...Array(8).fill(255))];
    for (const from of beyond) expect(() => from.uint(8)).toThrow('[wire/violation] number');
  });

  it('refuses to read past the end, and reads nothing then', () => {
    const from = reader(1, 2);
    expect(() => from.uint(3)).toThrow('[wire/violation] short');
    expect(from.uint(2)).toBe(0x0102);
  });

  it('refuses what is longer than allowed before it reads any of it (WIR11)', () => {
    expect(() => new Reader(new Uint8Array(5), 4)).toThrow('[wire/violation] oversize');
    expect(new Reader(new Uint8Array(4), 4).left).toBe(4);
  });

  it('refuses what is left over (WIR9)', () => {
    const from = reader(1, 2);
    from.uint(1);
    expect(() => from.end()).toThrow('[wire/violation] trailing');
    from.uint(1);
    expect(() => from.end()).not.toThrow();
  });

  it('takes a view of a part of a larger buffer for what it is', () => {
    const whole = Uint8Array.of(9, 1, 2, 9);
    const from = new Reader(whole.subarray(1, 3), 100);
    expect([...from.bytes(2)]).toEqual([1, 2]);
    expect(from.left).toBe(0);
  });

  it('gives copies, whatever array came in', () => {
    // A Buffer slices without copying.
    const input = Buffer.from([1, 2, 3]);
    const copy = new Reader(input, 100).bytes(3);
    input[0] = 7;
    expect([...copy]).toEqual([1, 2, 3]);
  });

  it('throws a violation with its code', () => {
    try {
      reader().bytes(1);
      expect.unreachable();
    } catch (error) {
      expect(isShoalError(error, 'wire/violation')).toBe(true);
    }
  });
});
