/** What members are told adds up to the trees. */
import { expect, it } from 'vitest';
import { PeerId } from '../units/index.js';
import { setMember } from './graph.js';
import { depthOf, drawPlan, feedsOf, placesOf, rootsOf } from './places.js';
import { createPlanner, DEFAULT_CLUSTER, planCluster } from './planner.js';

const [a, b, c] = ['a', 'b', 'c'].map(PeerId) as [PeerId, PeerId, PeerId];

/** A line of three, of which only `a` and `c` upload: `c` is in the middle. */
function line() {
  const planner = createPlanner({ ...DEFAULT_CLUSTER, trees: 2 });
  const who = (peer: PeerId, uploads: boolean) => ({
    peer,
    uploads,
    demotedUntil: 0,
    uplink: 0,
    linkedAt: 0,
    network: `${peer}`,
  });
  setMember(planner.graph, who(a, true), []);
  setMember(planner.graph, who(b, false), []);
  setMember(planner.graph, who(c, true), [
    { peer: a, rttMs: 10 },
    { peer: b, rttMs: 10 },
  ]);
  planCluster(planner, 9_000, { bitrate: 0, partMs: 0, stripes: 2 });
  return planner;
}

it('tells each member its parent, children and standby', () => {
  const planner = line();
  const at = drawPlan(planner)[0]?.trees.findIndex(({ root }) => root === a) ?? -1;
  expect(placesOf(planner, a)[at]).toEqual({
    parent: undefined,
    standby: undefined,
    standbyRoot: false,
    children: [c],
  });
  expect(placesOf(planner, c)[at]).toMatchObject({ parent: a, standbyRoot: true, children: [b] });
  expect(placesOf(planner, b)[at]).toMatchObject({ parent: c, standby: undefined, children: [] });
  expect(placesOf(planner, PeerId('stranger'))).toEqual([]);
});

it('counts who feeds whom, who roots what, and how deep it goes', () => {
  const planner = line();
  expect(feedsOf(planner)).toEqual([
    { from: a, to: c, trees: 1 },
    { from: c, to: a, trees: 1 },
    { from: c, to: b, trees: 2 },
  ]);
  expect(rootsOf(planner)).toEqual(
    new Map([
      [a, 1],
      [c, 1],
    ]),
  );
  expect(depthOf(planner)).toBe(2);
});
