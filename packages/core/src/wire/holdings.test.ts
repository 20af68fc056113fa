import { describe, expect, it } from 'vitest';
import { InvariantError } from '../errors/index.js';
import { decode, encode } from './field.js';
import { type HeldRun, type Holdings, holdings } from './holdings.js';

const LAST = Number.MAX_SAFE_INTEGER;
const said = (...pairs: [number, number][]): Holdings => {
  const runs: HeldRun[] = pairs.map(([from, count]) => ({ from, count }));
  return { type: 'holdings', rendition: 2, playhead: 40, runs };
};
const read = (bytes: Uint8Array): Holdings => decode(holdings, bytes, 1000);

/** The bytes of a message whose last run is changed behind the encoder's back. */
function forged(last: HeldRun, ...before: [number, number][]): Uint8Array {
  const bytes = encode(holdings, said(...before, [LAST - 20, 1]));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - 10, BigInt(last.from));
  view.setUint16(bytes.length - 2, last.count);
  return bytes;
}

describe('holdings', () => {
  it.each([
    said(),
    said([0, 1]),
    said([5, 3], [9, 1], [100, 16_000]),
    said([0, 16_384]),
    said([LAST - 1, 1]),
  ])('comes back as it went (WIR24)', (message) => {
    expect(read(encode(holdings, message))).toStrictEqual(message);
  });

  it.each<[string, HeldRun, [number, number][]]>([
    ['an empty run', { from: 9, count: 0 }, []],
    ['runs that touch', { from: 8, count: 1 }, [[5, 3]]],
    ['runs that overlap', { from: 6, count: 9 }, [[5, 3]]],
    ['runs that descend', { from: 1, count: 1 }, [[5, 3]]],
    ['more parts than one may hold', { from: 20_000, count: 400 }, [[0, 16_000]]],
    ['a run past the last sequence', { from: LAST, count: 1 }, []],
  ])('refuses %s, and encodes none (WIR24, WIR11)', (_name, last, before) => {
    expect(() => read(forged(last, ...before))).toThrow('[wire/violation]');
    const message = said(...before, [last.from, last.count]);
    expect(() => encode(holdings, message)).toThrow(InvariantError);
  });

  it('refuses more runs than its limit (WIR11)', () => {
    const many = Array.from({ length: 65 }, (_, i): [number, number] => [2 * i, 1]);
    expect(() => encode(holdings, said(...many))).toThrow(InvariantError);
    const bytes = encode(holdings, said(...many.slice(1)));
    bytes[10] = 65;
    expect(() => read(bytes)).toThrow('[wire/violation] count');
  });
});
