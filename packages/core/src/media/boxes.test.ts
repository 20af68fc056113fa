import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShoalError } from '../errors/index.js';
import { BOXES_MAX, boxFields, childBoxes, findBoxes, readBoxes } from './boxes.js';

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));
const u32 = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
const box = (type: string, ...body: number[]): number[] => [
  ...u32(8 + body.length),
  ...ascii(type),
  ...body,
];
const bytes = (...all: number[][]): Uint8Array => Uint8Array.from(all.flat());

describe('boxes', () => {
  it('are found one after the other', () => {
    expect(readBoxes(bytes(box('styp', 1, 2), box('moof'), box('mdat', 3)))).toEqual([
      { type: 'styp', start: 0, body: 8, end: 10 },
      { type: 'moof', start: 10, body: 18, end: 18 },
      { type: 'mdat', start: 18, body: 26, end: 27 },
    ]);
    expect(readBoxes(new Uint8Array(0))).toEqual([]);
  });

  it('may have sizes of 64 bits, and none: to the end', () => {
    const wide = [...u32(1), ...ascii('mdat'), ...u32(0), ...u32(18), 7, 8];
    const open = [...u32(0), ...ascii('free'), 1, 2, 3];
    expect(readBoxes(bytes(wide, open))).toEqual([
      { type: 'mdat', start: 0, body: 16, end: 18 },
      { type: 'free', start: 18, body: 26, end: 29 },
    ]);
  });

  it('are found by their path, all of them', () => {
    const moof = box('moof', ...box('mfhd', 1), ...box('traf', ...box('tfdt', 2)));
    const twice = bytes(moof, box('mdat'), moof);
    expect(findBoxes(twice, ['moof', 'traf', 'tfdt']).map(({ body }) => twice[body])).toEqual([
      2, 2,
    ]);
    expect(findBoxes(twice, ['moof', 'none', 'tfdt'])).toEqual([]);
    expect(findBoxes(twice, [])).toEqual([]);
  });

  it('count from the view, not from the buffer under it', () => {
    const whole = bytes([9, 9], box('mfhd', 0, 0, 0, 0, 0, 0, 0, 5), [9]);
    const view = whole.subarray(2, whole.length - 1);
    const [mfhd] = readBoxes(view);
    expect(boxFields(view, mfhd!).u32(4)).toBe(5);
  });

  it('give version, flags and numbers, and nothing outside themselves', () => {
    const full = bytes(box('tfdt', 1, 0, 2, 3, ...u32(4), ...u32(5)), box('free', 1, 2, 3, 4));
    const fields = boxFields(full, readBoxes(full)[0]!);
    expect([fields.version, fields.flags, fields.length]).toEqual([1, 0x0203, 12]);
    expect([fields.u32(8), fields.u64(4)]).toEqual([5, 0x4_0000_0005n]);
    for (const read of [() => fields.u32(9), () => fields.u64(5), () => fields.u32(-1)]) {
      expect(read).toThrow('[media/box] tfdt is too short');
    }
    const [none] = readBoxes(bytes(box('tfdt')));
    expect(() => boxFields(bytes(box('tfdt')), none!).version).toThrow('[media/box]');
  });

  it('skip the fields before their children', () => {
    const meta = bytes(box('meta', ...u32(0), ...box('hdlr')));
    const [found] = readBoxes(meta);
    expect(childBoxes(meta, found!, 4).map(({ type }) => type)).toEqual(['hdlr']);
    expect(() => childBoxes(meta, found!, 13)).toThrow('meta is too short');
  });

  it('are refused when their sizes lie', () => {
    const cases: [string, Uint8Array][] = [
      ['7 bytes where', bytes([0, 0, 0, 7, 1, 2, 3])],
      ['a box of 7 bytes', bytes([...u32(7), ...ascii('free')])],
      ['a box of 9 bytes where 8 are left', bytes([...u32(9), ...ascii('free')])],
      ['a box is cut off', bytes([...u32(1), ...ascii('mdat'), ...u32(0)])],
      ['a box of 15 bytes', bytes([...u32(1), ...ascii('mdat'), ...u32(0), ...u32(15)])],
      ['a box of 0 bytes', bytes([...u32(1), ...ascii('mdat'), ...u32(0), ...u32(0)])],
      ['a box of 18446744', bytes([...u32(1), ...ascii('mdat'), ...u32(-1), ...u32(-1)])],
      ['1 bytes where', bytes(box('moof'), [0])],
    ];
    for (const [sentence, input] of cases)
      expect(() => readBoxes(input), sentence).toThrow(sentence);
    const inside = bytes(box('moof', ...u32(99), ...ascii('traf')));
    expect(() => findBoxes(inside, ['moof', 'traf'])).toThrow('a box of 99 bytes where 8 are left');
  });

  it('hold their number at both ends', () => {
    const many = (count: number): Uint8Array => bytes(...Array(count).fill(box('free')));
    expect(readBoxes(many(BOXES_MAX))).toHaveLength(BOXES_MAX);
    expect(() => readBoxes(many(BOXES_MAX + 1))).toThrow(`more than ${BOXES_MAX} boxes`);
  });

  it('of any bytes cover them exactly, or are refused', () => {
    const sizes = fc.constantFrom(0, 1, 7, 8, 9, 16, 24, 0xffffffff);
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((all) => [...all]),
      fc
        .tuple(sizes, fc.uint8Array({ maxLength: 24 }))
        .map(([size, body]) => [...u32(size), ...ascii('moof'), ...body]),
      fc.uint8Array({ maxLength: 24 }).map((body) => box('traf', ...body)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const input = bytes(...pieces);
        try {
          let at = 0;
          for (const { start, body, end } of readBoxes(input)) {
            expect(start).toBe(at);
            expect(body).toBeLessThanOrEqual(end);
            expect(end).toBeGreaterThanOrEqual(start + 8);
            at = end;
          }
          expect(at).toBe(input.length);
        } catch (thrown) {
          if (!isShoalError(thrown, 'media/box')) throw thrown;
        }
      }),
      { seed: 31, numRuns: 3000 },
    );
  });
});
