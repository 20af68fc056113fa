import { describe, expect, it } from 'vitest';
import { InvariantError } from '../errors/index.js';
import { decode, encode } from './field.js';
import { type Plan, type PlannedTree, plan } from './plan.js';

const id = (n: number): string => n.toString(16).padStart(16, '0');
const tree = (parent: number | undefined, ...children: number[]): PlannedTree => ({
  parent: parent === undefined ? undefined : id(parent),
  standby: undefined,
  standbyRoot: false,
  children: children.map(id),
});
const planned = (...trees: PlannedTree[]): Plan => {
  return { type: 'plan', rendition: 1, version: 2, stripesMax: 8, trees };
};
const read = (bytes: Uint8Array): Plan => decode(plan, bytes, 100_000);
const HEAD_BYTES = 8;

/** A plan of one tree with these bytes after the number of trees. */
function forged(...body: number[]): Uint8Array {
  return Uint8Array.of(0, 1, 0, 0, 0, 2, 8, 1, ...body);
}

describe('plan', () => {
  it('writes each peer once, however many trees it stands in (WIR42)', () => {
    const trees = Array.from({ length: 8 }, () => tree(1, 2, 3));
    const bytes = encode(plan, planned(...trees));
    expect(bytes.length).toBe(HEAD_BYTES + 8 * 6 + 3 * 8);
    expect(read(bytes)).toStrictEqual(planned(...trees));
  });

  it('carries the largest plan within the limits (WIR11)', () => {
    const wide = tree(undefined, ...Array.from({ length: 64 }, (_, i) => i + 1));
    const message = planned(...Array.from({ length: 64 }, () => wide));
    expect(read(encode(plan, message))).toStrictEqual(message);
  });

  it('starts afresh with every message', () => {
    const message = planned(tree(1));
    expect(encode(plan, message)).toStrictEqual(encode(plan, message));
    const bytes = encode(plan, message);
    expect(read(bytes)).toStrictEqual(read(bytes));
  });

  const seven = [0, 0, 0, 0, 0, 0, 0, 7];
  it.each([
    ['a number that nobody has yet', [2, ...seven, 0, 0, 0], 'reference'],
    ['a second number for one peer', [1, ...seven, 2, ...seven, 0, 0], 'peer twice'],
    ['a child that is nobody', [0, 0, 0, 1, 0], 'child'],
    ['a number beyond the most peers', [129, ...seven, 0, 0, 0], 'range'],
    ['too many children', [0, 0, 0, 65], 'count'],
  ])('refuses %s (WIR42)', (_name, body, rule) => {
    expect(() => read(forged(...body))).toThrow(`[wire/violation] ${rule}`);
  });

  it('encodes no more than 128 different peers (WIR11)', () => {
    const spread = (first: number): PlannedTree =>
      tree(undefined, ...Array.from({ length: 64 }, (_, i) => first + i));
    const message = planned(spread(0), spread(64));
    expect(read(encode(plan, message))).toStrictEqual(message);
    expect(() => encode(plan, planned(...message.trees, tree(999)))).toThrow(InvariantError);
  });

  it('cuts a part into at least one stripe', () => {
    expect(() => encode(plan, { ...planned(), stripesMax: 0 })).toThrow(InvariantError);
  });
});
