/** What members are told adds up to the trees. */
import { expect, it } from 'vitest';
import { PeerId } from '../units/index.js';
import type { ClusterPlan } from './cluster-plan.js';
import { feedsOf, placesOf, samePlaces } from './places.js';

const [a, b, c] = ['a', 'b', 'c'].map(PeerId) as [PeerId, PeerId, PeerId];
const plan: ClusterPlan = {
  stripesMax: 4,
  groups: [
    {
      members: [a, b, c],
      trees: [
        {
          root: a,
          parents: new Map([
            [c, a],
            [b, c],
          ]),
          standbys: new Map([[b, a]]),
          standbyRoot: c,
          changedAt: 0,
        },
      ],
    },
  ],
};

it('tells each member its parent, children and standby', () => {
  const places = placesOf(plan);
  expect(places.get(a)?.[0]).toEqual({
    parent: undefined,
    standby: undefined,
    standbyRoot: false,
    children: [c],
  });
  expect(places.get(c)?.[0]).toMatchObject({ parent: a, standbyRoot: true, children: [b] });
  expect(places.get(b)?.[0]).toMatchObject({ parent: c, standby: a, children: [] });
});

it('counts who feeds whom', () => {
  expect(feedsOf(plan)).toEqual([
    { from: a, to: c, trees: 1 },
    { from: c, to: b, trees: 1 },
  ]);
});

it('sees every difference between places', () => {
  const mine = placesOf(plan).get(c) ?? [];
  const place = mine[0];
  expect(samePlaces(mine, placesOf(plan).get(c) ?? [])).toBe(true);
  if (place === undefined) throw new Error('no place');
  for (const other of [
    { ...place, parent: b },
    { ...place, standby: b },
    { ...place, standbyRoot: false },
    { ...place, children: [a] },
    { ...place, children: [] },
  ]) {
    expect(samePlaces(mine, [other])).toBe(false);
  }
  expect(samePlaces(mine, [])).toBe(false);
});
