/** Slots are shared out evenly, and few of them move. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerId } from '../units/index.js';
import { assignRoots as assign } from './root-slots.js';

const peers = (n: number): PeerId[] => Array.from({ length: n }, (_, i) => PeerId(`p${i}`));

/** Nobody stands by. */
function assignRoots(
  slots: number,
  before: readonly PeerId[],
  able: readonly PeerId[],
  takers: readonly PeerId[],
): readonly PeerId[] {
  const previous = Array.from({ length: slots }, (_, slot) => before[slot]);
  return assign(
    previous,
    [],
    (peer) => able.includes(peer),
    () => takers,
  );
}

describe('assignRoots', () => {
  it('gives shares that differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), fc.integer({ min: 1, max: 32 }), (n, m) => {
        const before = assignRoots(32, [], peers(n), peers(n));
        const after = assignRoots(32, before, peers(m), peers(m));
        const counts = peers(m).map((peer) => after.filter((root) => root === peer).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('moves no more than the share of who came or went', () => {
    const eight = assignRoots(32, [], peers(8), peers(8));
    const nine = assignRoots(32, eight, peers(9), peers(9));
    expect(nine.filter((root, slot) => root !== eight[slot]).length).toBeLessThanOrEqual(4);
    const seven = assignRoots(32, eight, peers(7), peers(7));
    expect(seven.filter((root, slot) => root !== eight[slot])).toHaveLength(4);
  });

  it('gives nothing to those who are able but not eager, yet leaves them what they have', () => {
    const before = assignRoots(32, [], peers(2), peers(2));
    const after = assignRoots(32, before, peers(3), peers(2));
    expect(after).toEqual(before);
  });

  it('lets the heir take over, unless others have fewer', () => {
    const [a, b, c] = peers(3) as [PeerId, PeerId, PeerId];
    const all = (): boolean => true;
    expect(assign([a, undefined], [a, c], all, () => [a, b, c])).toEqual([a, c]);
    expect(assign([a, undefined], [a, a], all, () => [a, b])).toEqual([a, b]);
  });

  it('spreads the slots of one peer over the ring', () => {
    const roots = assignRoots(32, [], peers(8), peers(8));
    for (let slot = 0; slot < 32; slot++) expect(roots[slot]).not.toBe(roots[(slot + 1) % 32]);
  });
});
