/** Plans are sound for every graph, stay put without a reason to change, and spread the work. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, Ms, PeerId } from '../units/index.js';
import { dropMember, edgeId, type PlanMember, setMember } from './graph.js';
import { type DrawnGroup, depthOf, drawPlan, feedsOf, placesOf } from './places.js';
import { planFaults } from './plan-faults.js';
import {
  createPlanner,
  DEFAULT_CLUSTER,
  type Planner,
  planCluster,
  planInSteps,
} from './planner.js';
import { childCount } from './tree.js';

interface ViewMember {
  readonly peer: PeerId;
  readonly uploads: boolean;
  readonly uplink: number;
  readonly linkedMs: Ms;
  readonly network: string;
}

interface View {
  readonly members: readonly ViewMember[];
  readonly pairs: readonly (readonly [number, number])[];
  readonly avoid?: ReadonlySet<string>;
}

const id = (n: number): PeerId => PeerId(n.toString(16).padStart(16, '0'));

function member(n: number, part: Partial<ViewMember> = {}): ViewMember {
  return { peer: id(n), uploads: true, uplink: 0, linkedMs: Ms(60_000), network: `${n}`, ...part };
}

/** Brings the planner's graph to this view, touching only what differs, and plans. */
function plan(view: View, now = Ms(0), planner: Planner = createPlanner()): Planner {
  bring(view, planner, now);
  planCluster(planner, now, PART);
  return planner;
}

function bring(view: View, planner: Planner, now: Ms): void {
  const { graph } = planner;
  const here = new Set(view.members.map(({ peer }) => peer));
  for (const peer of [...graph.slotOf.keys()]) if (!here.has(peer)) dropMember(graph, peer);
  const near = new Map(view.members.map(({ peer }) => [peer, new Set<PeerId>()]));
  for (const [a, b] of view.pairs) {
    if (a === b || !here.has(id(a)) || !here.has(id(b))) continue;
    near.get(id(a))?.add(id(b));
    near.get(id(b))?.add(id(a));
  }
  const said = graph.avoid;
  graph.avoid = new Set(view.avoid);
  for (const { linkedMs, ...known } of view.members) {
    const member: PlanMember = { ...known, demotedUntil: Ms(0), linkedAt: Ms(now - linkedMs) };
    const links = [...(near.get(member.peer) ?? [])].sort();
    const slot = graph.slotOf.get(member.peer);
    const before = (graph.near[slot ?? -1] ?? []).map((n) => graph.members[n]?.peer);
    const same = slot !== undefined && before.sort().join() === links.join();
    const avoids = links.some((peer) => {
      const edge = edgeId(peer, member.peer);
      return graph.avoid.has(edge) && !said.has(edge);
    });
    if (same && !avoids) graph.members[slot] = member;
    else
      setMember(
        graph,
        member,
        links.map((peer) => ({ peer, rttMs: Ms(20) })),
      );
  }
}

const view = (members: readonly ViewMember[], pairs: View['pairs'], avoid?: Set<string>): View => ({
  members,
  pairs,
  ...(avoid === undefined ? {} : { avoid }),
});

const only = (planner: Planner): DrawnGroup => drawPlan(planner)[0] as DrawnGroup;

const mesh = (n: number): [number, number][] =>
  Array.from({ length: n }, (_, a) =>
    Array.from({ length: a }, (_, b): [number, number] => [a, b]),
  ).flat();

const crowd = (n: number): ViewMember[] => Array.from({ length: n }, (_, i) => member(i));

describe('planCluster', () => {
  it('PLN1 keeps every rule for random graphs that change at random', () => {
    const change = fc.record({
      kind: fc.constantFrom('join', 'leave', 'link', 'unlink', 'uploads', 'avoid', 'age'),
      a: fc.nat(23),
      b: fc.nat(23),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 20, maxLength: 120 }), (changes) => {
        const world = new World();
        const planner = createPlanner();
        changes.forEach((step, at) => {
          world.apply(step.kind, step.a, step.b);
          if (at % 3 !== 0) return;
          plan(world.view(), Ms(at * 700), planner);
          expect(planFaults(planner)).toEqual([]);
          expect(miscounts(planner)).toEqual([]);
        });
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('PLN1 tells whoever has another place than it was told, and nobody else', () => {
    const change = fc.record({
      kind: fc.constantFrom('join', 'leave', 'link', 'unlink', 'uploads', 'avoid', 'age'),
      a: fc.nat(15),
      b: fc.nat(15),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 20, maxLength: 80 }), (changes) => {
        const world = new World();
        const planner = createPlanner();
        const told = new Map<PeerId, string>();
        changes.forEach((step, at) => {
          world.apply(step.kind, step.a, step.b);
          bring(world.view(), planner, Ms(at * 700));
          const slots = planCluster(planner, Ms(at * 700), PART);
          for (const peer of told.keys()) if (!planner.graph.slotOf.has(peer)) told.delete(peer);
          const news = slots.map((slot) => planner.graph.members[slot]?.peer);
          for (const { peer } of world.view().members) {
            const places = JSON.stringify(placesOf(planner, peer));
            expect(news.includes(peer)).toBe(places !== (told.get(peer) ?? '[]'));
            told.set(peer, places);
          }
        });
      }),
      { numRuns: 40, seed: 12 },
    );
  });

  it('PLN2 roots every capable member in turn, as evenly as can be', () => {
    const { trees } = only(plan(view(crowd(5), mesh(5))));
    const shares = crowd(5).map(({ peer }) => trees.filter((t) => t.root === peer).length);
    expect(shares.reduce((sum, n) => sum + n, 0)).toBe(32);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThan(2);
  });

  it('PLN2 gives the trees of a large group to the widest uplinks', () => {
    const members = crowd(60).map((m, i) => ({ ...m, uplink: 600_000 * (1 + (i % 20)) }));
    const pairs = [1, 7, 13, 29].flatMap((step) =>
      crowd(60).map((_, a): [number, number] => [a, (a + step) % 60]),
    );
    const { trees } = only(plan(view(members, pairs)));
    const widths = trees.map(({ root }) => members.find(({ peer }) => peer === root)?.uplink ?? 0);
    expect(new Set(trees.map(({ root }) => root)).size).toBe(32);
    expect(Math.min(...widths)).toBeGreaterThanOrEqual(600_000 * 10);
  });

  it('PLN3 never makes a parent of a peer that may not upload', () => {
    const members = crowd(9).map((m, i) => (i % 3 === 0 ? { ...m, uploads: false } : m));
    const planner = plan(view(members, mesh(9)));
    expect(planFaults(planner)).toEqual([]);
    for (const places of placesOf(planner, id(0))) {
      expect(places.children).toEqual([]);
      expect(places.parent).toBeDefined();
    }
  });

  it('PLN4 changes nothing when nothing changed', () => {
    const planner = settled(view(crowd(12), mesh(12)));
    const before = drawPlan(planner);
    expect(planCluster(planner, Ms(900_000), PART)).toEqual([]);
    expect(drawPlan(planner)).toEqual(before);
  });

  it('PLN4 attaches a newcomer as a leaf and moves nobody for it', () => {
    const planner = settled(view(crowd(8), mesh(8)));
    const before = only(planner);
    const newcomer = member(8, { linkedMs: Ms(300) });
    plan(view([...crowd(8), newcomer], [...mesh(8), [8, 1], [8, 2], [8, 5]]), Ms(60_100), planner);
    expect(planFaults(planner)).toEqual([]);
    only(planner).trees.forEach((tree, slot) => {
      const old = before.trees[slot];
      expect(tree.root).toBe(old?.root);
      for (const [child, parent] of old?.parents ?? [])
        expect(tree.parents.get(child)).toBe(parent);
      expect([...tree.parents.values()]).not.toContain(newcomer.peer);
    });
  });

  it('PLN4 gives the newcomer its share of roots once it is proven', () => {
    const planner = plan(view(crowd(8), mesh(8)));
    plan(view(crowd(9), mesh(9)), Ms(20_000), planner);
    const share = only(planner).trees.filter(({ root }) => root === id(8)).length;
    expect(share).toBeGreaterThanOrEqual(3);
  });

  it('PLN4 lets a standby root without trees of its own take over, with all below it', () => {
    const planner = createPlanner({ ...DEFAULT_CLUSTER, trees: 4 });
    const pairs = mesh(12).filter(([a, b]) => (a + b) % 3 > 0);
    for (let at = 0; at <= 30; at++) plan(view(crowd(12), pairs), Ms(at * 2_000), planner);
    const { trees } = only(planner);
    const rooted = new Set(trees.map(({ root }) => root));
    const at = trees.findIndex(({ standbyRoot }) => !rooted.has(standbyRoot as PeerId));
    const before = trees[at]!;
    const left = crowd(12).filter(({ peer }) => peer !== before.root);
    plan(view(left, pairs), Ms(61_000), planner);
    const after = only(planner).trees[at]!;
    expect(after.root).toBe(before.standbyRoot);
    for (const [child, parent] of before.parents) {
      if (parent === before.standbyRoot) expect(after.parents.get(child)).toBe(parent);
    }
    expect(planFaults(planner)).toEqual([]);
  });

  it('PLN5 lets a crowd start in which everybody is new', () => {
    const members = crowd(6).map((m) => ({ ...m, linkedMs: Ms(200) }));
    const { trees } = only(plan(view(members, mesh(6))));
    expect(new Set(trees.map(({ root }) => root)).size).toBe(6);
  });

  it('PLN6 plans each component by itself, the largest first, and leaves the lonely out', () => {
    const planner = plan(view(crowd(9), [...mesh(5), [6, 7]]));
    expect(drawPlan(planner).map(({ members }) => members.length)).toEqual([5, 2]);
    expect(placesOf(planner, id(8))).toEqual([]);
  });

  it('PLN6 keeps the trees of the larger when two components meet', () => {
    const planner = settled(view(crowd(9), [...mesh(6), [7, 8], [6, 7], [6, 8]]));
    const before = only(planner);
    plan(view(crowd(9), [...mesh(6), [7, 8], [6, 7], [6, 8], [0, 6]]), Ms(61_000), planner);
    expect(drawPlan(planner)).toHaveLength(1);
    expect(planFaults(planner)).toEqual([]);
    const kept = only(planner).trees.filter(({ root }, at) => root === before.trees[at]?.root);
    expect(kept.length).toBeGreaterThan(16);
  });

  it('PLN7 puts a thin uplink at the leaves and fills a wide one', () => {
    const members = crowd(8).map((m, i) => ({ ...m, uplink: i === 0 ? 300_000 : 8_000_000 }));
    const planner = plan(view(members, mesh(8)));
    const edges = (peer: PeerId): number =>
      feedsOf(planner).reduce((sum, feed) => sum + (feed.from === peer ? feed.trees : 0), 0);
    const thin = edges(id(0));
    expect(thin).toBeLessThan(edges(id(1)) / 2);
    expect((thin * 600_000) / 32).toBeLessThanOrEqual(SHARE * 300_000 + 600_000 / 8);
  });

  it('PLN8 keeps depth at four where the graph allows it', () => {
    const pairs: [number, number][] = [];
    for (let a = 0; a < 32; a++) for (const step of [1, 5, 11]) pairs.push([a, (a + step) % 32]);
    const planner = plan(view(crowd(32), pairs));
    expect(depthOf(planner)).toBeLessThanOrEqual(4);
  });

  it('PLN9 uses a complained-of edge neither for the tree nor for the standby', () => {
    const avoid = new Set([edgeId(id(0), id(3)), edgeId(id(1), id(3))]);
    const planner = plan(view(crowd(5), mesh(5), avoid));
    expect(planFaults(planner)).toEqual([]);
    for (const tree of only(planner).trees) {
      expect([id(0), id(1)]).not.toContain(tree.parents.get(id(3)));
      expect([id(0), id(1)]).not.toContain(tree.standbys.get(id(3)));
    }
  });

  it('PLN8 keeps trees at four hops while 200 come within 20 s', () => {
    const random = createRandom(5);
    const planner = createPlanner();
    const members: ViewMember[] = [];
    const pairs: (readonly [number, number])[] = [];
    const depths: number[] = [];
    for (let n = 0; n < 200; n++) {
      const met = random.shuffled(members.map((_, other) => other)).slice(0, 5);
      members.push(member(n));
      pairs.push(...met.map((other) => [other, n] as const));
      if (n < 10 || n % 5 > 0) continue;
      const here = members.map((one, at) => ({ ...one, linkedMs: Ms((n - at) * 100) }));
      plan(view(here, pairs), Ms(n * 100), planner);
      expect(planFaults(planner)).toEqual([]);
      depths.push(depthOf(planner));
    }
    expect(Math.max(...depths)).toBeLessThanOrEqual(4);
  });

  it('PLN12 finds parent and standby in different networks where 30 % come from three', () => {
    const network = (n: number): string => (n % 10 < 3 ? `few${n % 3}` : `${n}`);
    const members = crowd(100).map((one, n) => ({ ...one, network: network(n) }));
    const steps = [1, 3, 9, 10, 20, 37];
    const pairs = crowd(100).flatMap((_, a) => steps.map((step) => [a, (a + step) % 100] as const));
    const networkOf = new Map(members.map((one) => [one.peer, one.network]));
    const inOne = (planner: Planner): number =>
      only(planner)
        .trees.flatMap(({ parents, standbys }) =>
          [...standbys].map(([child, standby]) => [parents.get(child) as PeerId, standby] as const),
        )
        .filter(([parent, standby]) => networkOf.get(parent) === networkOf.get(standby)).length;
    const planner = plan(view(members, pairs));
    expect(planFaults(planner)).toEqual([]);
    // As if nothing were known of networks.
    const blind = inOne(plan(view(crowd(100), pairs)));
    expect(blind).toBeGreaterThan(50);
    expect(inOne(planner)).toBeLessThan(blind / 5);
  });

  it('PLN13 takes children from uplinks that turn out narrow, and fills no other', () => {
    const edgeRate = PART.bitrate / 32;
    // What each could carry is unknown while the trees grow; then a third has room for a few.
    const rooms = (n: number): number => (n % 3 === 0 ? 12 : 200);
    const measured = crowd(24).map((one, n) => ({ ...one, uplink: (rooms(n) * edgeRate) / SHARE }));
    const planner = plan(view(crowd(24), mesh(24)));
    const over = (): number[] => {
      const carried = new Map<PeerId, number>();
      for (const { from, trees } of feedsOf(planner)) {
        carried.set(from, (carried.get(from) ?? 0) + trees);
      }
      return measured.flatMap(({ peer }, n) => ((carried.get(peer) ?? 0) > rooms(n) ? [n] : []));
    };
    expect(over().length).toBeGreaterThan(4);
    const each: number[] = [];
    for (let at = 1; at <= 12; at++) {
      plan(view(measured, mesh(24)), Ms(at * 1_000), planner);
      expect(planFaults(planner)).toEqual([]);
      each.push(over().length);
    }
    expect(over()).toEqual([]);
    expect(each).toEqual(each.toSorted((a, b) => b - a));
  });

  it('PLN2 has no thin roots where a few that are not could be, and all where they could not', () => {
    const rootsBelow = (planner: Planner, n: number): PeerId[] =>
      only(planner).trees.flatMap(({ root }) => (root < id(n) ? [root] : []));
    const uplinks = (wide: number): ViewMember[] =>
      crowd(24).map((one, n) => ({ ...one, uplink: PART.bitrate * (n < wide ? 3 : 0.6) }));
    const planner = plan(view(crowd(24), mesh(24)));
    expect(rootsBelow(planner, 10).length).toBeLessThan(20);
    plan(view(uplinks(10), mesh(24)), Ms(1_000), planner);
    expect(planFaults(planner)).toEqual([]);
    expect(rootsBelow(planner, 10)).toHaveLength(32);
    const few = plan(view(uplinks(7), mesh(24)));
    expect(new Set(rootsBelow(few, 24)).size).toBe(24);
  });

  it('PLN10 gives everybody but the standby root a standby, where links allow', () => {
    for (const tree of only(plan(view(crowd(6), mesh(6)))).trees) {
      expect(tree.standbyRoot).toBeDefined();
      for (const peer of tree.parents.keys()) {
        expect(tree.standbys.has(peer)).toBe(peer !== tree.standbyRoot);
      }
    }
  });
});

/** Slots whose children are not as many as counted, in a tree or in all of them. */
function miscounts({ graph, trees }: Planner): number[] {
  const all = new Map<number, number>();
  const count = (counts: Map<number, number>, slot: number): void => {
    counts.set(slot, (counts.get(slot) ?? 0) + 1);
  };
  const wrong = trees.flatMap((tree) => {
    const counts = new Map<number, number>();
    for (const parent of tree.parent) for (const of of [counts, all]) count(of, parent);
    return [...graph.members.keys()].filter(
      (slot) => childCount(tree, slot) !== (counts.get(slot) ?? 0),
    );
  });
  const slots = [...graph.members.keys()];
  return [...wrong, ...slots.filter((slot) => trees[0]?.burden.all[slot] !== (all.get(slot) ?? 0))];
}

const SHARE = DEFAULT_CLUSTER.delay.uplinkShare;
const PART = { bitrate: 600_000, partMs: 2_000, stripes: 5 };

function settled(of: View): Planner {
  const planner = plan(of);
  for (let at = 1; at <= 30; at++) plan(of, Ms(at * 2_000), planner);
  return planner;
}

/** A cluster that changes step by step. */
class World {
  readonly members = new Map<number, ViewMember>();
  readonly pairs = new Set<string>();
  readonly avoid = new Set<string>();

  apply(kind: string, a: number, b: number): void {
    const pair = a < b ? `${a}-${b}` : `${b}-${a}`;
    const known = this.members.get(a);
    if (kind === 'join') this.members.set(a, member(a, { linkedMs: Ms(0), uplink: b * 250_000 }));
    if (kind === 'leave') this.members.delete(a);
    if (kind === 'link') this.pairs.add(pair).add(`${a}-${(a * 5 + b) % 24}`);
    if (kind === 'unlink') this.pairs.delete(pair);
    if (kind === 'avoid') this.avoid.add(edgeId(id(a), id(b)));
    if (kind === 'uploads' && known) this.members.set(a, { ...known, uploads: b % 3 > 0 });
    if (kind === 'age') {
      for (const [n, m] of this.members) this.members.set(n, { ...m, linkedMs: Ms(20_000) });
      this.members.set(b, member(b));
    }
  }

  view(): View {
    const pairs = [...this.pairs].map((pair) => pair.split('-').map(Number) as [number, number]);
    return view([...this.members.values()], pairs, this.avoid);
  }
}

it('PLN14 does no more in a step than grow a tree', () => {
  const random = createRandom(4);
  const members = crowd(200);
  const pairs = members.slice(1).flatMap((_, n) => {
    const from = n + 1;
    return [0, 1, 2, 3].map(() => [from, random.below(from)] as const);
  });
  const planner = createPlanner();
  bring({ members, pairs }, planner, Ms(0));
  const looked = [...planInSteps(planner, Ms(0), PART)];
  expect(looked.length).toBeGreaterThan(96);
  // Each end of 800 links is looked at a few times to grow a tree, once more flat, and to trace it.
  expect(Math.max(...looked)).toBeLessThan(10 * 2 * 4 * members.length);
  expect(planFaults(planner)).toEqual([]);
});

it('ends with links in a row of three hundred, as liars may report them', () => {
  const members = Array.from({ length: 300 }, (_, n) => member(n));
  const pairs = members.slice(1).map((_, n) => [n, n + 1] as const);
  const planner = plan({ members, pairs });
  for (let now = 10_000; now < 100_000; now += 10_000) planCluster(planner, Ms(now), PART);
  expect(planFaults(planner)).toEqual([]);
  expect(depthOf(planner)).toBeGreaterThan(127);
});
