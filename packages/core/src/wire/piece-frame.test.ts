import { describe, expect, it } from 'vitest';
import { InvariantError } from '../errors/index.js';
import { decodePieceFrame, encodePieceFrame } from './piece-frame.js';

const header = { key: { rendition: 2, sequence: 300, part: 1 }, index: 4095 };

describe('piece frames', () => {
  it('put fifteen bytes before the payload (WIR50)', () => {
    const payload = Uint8Array.of(1, 2, 3);
    const frame = encodePieceFrame(header, payload);
    expect(frame.length).toBe(18);
    expect(decodePieceFrame(frame)).toStrictEqual({ header, payload });
  });

  it('are copied once on the way out and never on the way in', () => {
    const payload = new Uint8Array(16_384).fill(9);
    const frame = encodePieceFrame(header, payload);
    expect(frame.buffer.byteLength).toBe(frame.length);
    const around = new Uint8Array(frame.length + 20);
    around.set(frame, 10);
    const decoded = decodePieceFrame(around.subarray(10, 10 + frame.length));
    expect(decoded.payload.buffer).toBe(around.buffer);
    expect(decoded.payload).toStrictEqual(payload);
  });

  it.each([
    ['no bytes', (f: Uint8Array) => f.subarray(0, 0)],
    ['a cut header', (f: Uint8Array) => f.subarray(0, 14)],
    ['no payload', (f: Uint8Array) => f.subarray(0, 15)],
    ['a payload beyond one piece', () => Uint8Array.of(0x50, ...new Uint8Array(14 + 16_385))],
    ['another tag', (f: Uint8Array) => f.fill(0x51, 0, 1)],
    ['an index beyond the last', (f: Uint8Array) => f.fill(255, 13, 15)],
  ])('refuse %s (WIR50)', (_name, spoil) => {
    const frame = spoil(encodePieceFrame(header, Uint8Array.of(1, 2, 3)));
    expect(() => decodePieceFrame(frame)).toThrow('[wire/violation]');
  });

  it.each([0, 16_385])('carry no payload of %i bytes', (length) => {
    expect(() => encodePieceFrame(header, new Uint8Array(length))).toThrow(InvariantError);
  });
});
