/** Depths of trees from the plans of their members. */
import { PeerId } from '@shoal/core/units';
import { expect, it } from 'vitest';
import type { Visit } from '../simulation.js';
import { placeDepths } from './depth.js';

const peerOf = (name: string): PeerId => PeerId(name.repeat(32));

/** A visit whose plan has these parents, one a tree; '' is the root's. */
function visitOf(name: string, ...parents: string[]): Visit {
  const trees = parents.map((parent) => ({
    parent: parent === '' ? undefined : peerOf(parent),
  }));
  const viewer = { id: () => peerOf(name), plans: new Map([[0, { rendition: 0, trees }]]) };
  return { viewer } as unknown as Visit;
}

it('counts places by hops from the root, tree by tree', () => {
  const depths: number[] = [];
  placeDepths([visitOf('a', '', 'c'), visitOf('b', 'a', ''), visitOf('c', 'b', 'b')], depths);
  expect(depths).toEqual([2, 2, 2]);
});

it('leaves out who goes round, and ends at who is not known', () => {
  const depths: number[] = [];
  placeDepths([visitOf('a', 'b'), visitOf('b', 'a'), visitOf('c', 'd')], depths);
  expect(Array.from(depths, (n) => n ?? 0)).toEqual([0, 1]);
});
