/** Plans are sound for every graph, stay put without a reason to change, and spread the work. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ms, PeerId } from '../units/index.js';
import { type ClusterPlan, type ClusterView, EMPTY_PLAN, planCluster } from './cluster-plan.js';
import { edgeId, type PlanLink, type PlanMember } from './graph.js';
import { feedsOf, placesOf, samePlaces } from './places.js';
import { planFaults } from './plan-faults.js';

const id = (n: number): PeerId => PeerId(n.toString(16).padStart(16, '0'));

function member(n: number, part: Partial<PlanMember> = {}): PlanMember {
  return { peer: id(n), uploads: true, uplink: 0, linkedMs: Ms(60_000), ...part };
}

function view(
  members: readonly PlanMember[],
  pairs: readonly (readonly [number, number])[],
  part: Partial<ClusterView> = {},
): ClusterView {
  const links: PlanLink[] = pairs.map(([a, b]) => ({ a: id(a), b: id(b), rttMs: Ms(20) }));
  return { members, links, avoid: new Set(), bitrate: 600_000, partMs: 2_000, stripes: 5, ...part };
}

const mesh = (n: number): [number, number][] =>
  Array.from({ length: n }, (_, a) =>
    Array.from({ length: a }, (_, b): [number, number] => [a, b]),
  ).flat();

const crowd = (n: number): PlanMember[] => Array.from({ length: n }, (_, i) => member(i));

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
        let plan: ClusterPlan = EMPTY_PLAN;
        changes.forEach((step, at) => {
          world.apply(step.kind, step.a, step.b);
          if (at % 3 !== 0) return;
          plan = planCluster(Ms(at * 700), world.view(), plan);
          expect(planFaults(world.view(), plan)).toEqual([]);
        });
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('PLN2 roots every capable member in turn, as evenly as can be', () => {
    const [group] = planCluster(0, view(crowd(5), mesh(5))).groups;
    const shares = crowd(5).map(({ peer }) => group?.trees.filter((t) => t.root === peer).length);
    expect(shares.reduce((sum, n) => Number(sum) + Number(n), 0)).toBe(32);
    expect(Math.max(...shares.map(Number)) - Math.min(...shares.map(Number))).toBeLessThan(2);
  });

  it('PLN3 never makes a parent of a peer that may not upload', () => {
    const members = crowd(9).map((m, i) => (i % 3 === 0 ? { ...m, uploads: false } : m));
    const plan = planCluster(0, view(members, mesh(9)));
    expect(planFaults(view(members, mesh(9)), plan)).toEqual([]);
    for (const places of placesOf(plan).get(id(0)) ?? []) {
      expect(places.children).toEqual([]);
      expect(places.parent).toBeDefined();
    }
  });

  it('PLN4 changes nothing when nothing changed', () => {
    const before = planCluster(0, view(crowd(12), mesh(12)));
    const settled = settle(view(crowd(12), mesh(12)), before);
    const after = planCluster(900_000, view(crowd(12), mesh(12)), settled);
    after.groups[0]?.trees.forEach((tree, slot) => {
      expect(tree).toBe(settled.groups[0]?.trees[slot]);
    });
  });

  it('PLN4 attaches a newcomer as a leaf and moves nobody for it', () => {
    const before = settle(view(crowd(8), mesh(8)), planCluster(0, view(crowd(8), mesh(8))));
    const newcomer = member(8, { linkedMs: Ms(300) });
    const grown = view([...crowd(8), newcomer], [...mesh(8), [8, 1], [8, 2], [8, 5]]);
    const after = planCluster(60_100, grown, before);
    expect(planFaults(grown, after)).toEqual([]);
    after.groups[0]?.trees.forEach((tree, slot) => {
      const old = before.groups[0]?.trees[slot];
      expect(tree.root).toBe(old?.root);
      for (const [child, parent] of old?.parents ?? [])
        expect(tree.parents.get(child)).toBe(parent);
      expect([...tree.parents.values()]).not.toContain(newcomer.peer);
    });
  });

  it('PLN4 gives the newcomer its share of roots once it is proven', () => {
    const before = planCluster(0, view(crowd(8), mesh(8)));
    const after = planCluster(20_000, view(crowd(9), mesh(9)), before);
    const share = after.groups[0]?.trees.filter(({ root }) => root === id(8)).length;
    expect(share).toBeGreaterThanOrEqual(3);
  });

  it('PLN5 lets a crowd start in which everybody is new', () => {
    const members = crowd(6).map((m) => ({ ...m, linkedMs: Ms(200) }));
    const [group] = planCluster(0, view(members, mesh(6))).groups;
    expect(new Set(group?.trees.map(({ root }) => root)).size).toBe(6);
  });

  it('PLN6 plans each component by itself, the largest first, and leaves the lonely out', () => {
    const pairs: [number, number][] = [...mesh(5), [6, 7]];
    const plan = planCluster(0, view(crowd(9), pairs));
    expect(plan.groups.map(({ members }) => members.length)).toEqual([5, 2]);
    expect(placesOf(plan).has(id(8))).toBe(false);
  });

  it('PLN7 puts a thin uplink at the leaves and fills a wide one', () => {
    const members = crowd(8).map((m, i) => ({ ...m, uplink: i === 0 ? 300_000 : 8_000_000 }));
    const plan = planCluster(0, view(members, mesh(8)));
    const edges = (peer: PeerId): number =>
      feedsOf(plan).reduce((sum, feed) => sum + (feed.from === peer ? feed.trees : 0), 0);
    const thin = edges(id(0));
    expect(thin).toBeLessThan(edges(id(1)) / 2);
    expect((thin * 600_000) / 32).toBeLessThanOrEqual(0.9 * 300_000 + 600_000 / 8);
  });

  it('PLN8 keeps depth at four where the graph allows it', () => {
    const pairs: [number, number][] = [];
    for (let a = 0; a < 32; a++) for (const step of [1, 5, 11]) pairs.push([a, (a + step) % 32]);
    const plan = planCluster(0, view(crowd(32), pairs));
    for (const tree of plan.groups[0]?.trees ?? []) {
      for (const peer of tree.parents.keys()) {
        let depth = 0;
        for (let at: PeerId | undefined = peer; at !== tree.root; depth++) {
          at = tree.parents.get(at as PeerId);
        }
        expect(depth).toBeLessThanOrEqual(4);
      }
    }
  });

  it('PLN9 uses a complained-of edge neither for the tree nor for the standby', () => {
    const avoid = new Set([edgeId(id(0), id(3)), edgeId(id(1), id(3))]);
    const shaped = view(crowd(5), mesh(5), { avoid });
    const plan = planCluster(0, shaped);
    expect(planFaults(shaped, plan)).toEqual([]);
    for (const tree of plan.groups[0]?.trees ?? []) {
      expect([id(0), id(1)]).not.toContain(tree.parents.get(id(3)));
      expect([id(0), id(1)]).not.toContain(tree.standbys.get(id(3)));
    }
  });

  it('PLN10 gives everybody but the standby root a standby, where links allow', () => {
    const plan = planCluster(0, view(crowd(6), mesh(6)));
    for (const tree of plan.groups[0]?.trees ?? []) {
      expect(tree.standbyRoot).toBeDefined();
      for (const peer of tree.parents.keys()) {
        expect(tree.standbys.has(peer)).toBe(peer !== tree.standbyRoot);
      }
    }
  });

  it('is the same plan whatever the order of members and links', () => {
    const pairs = mesh(10).filter(([a, b]) => (a * 7 + b) % 3 !== 0);
    const there = planCluster(0, view(crowd(10), pairs));
    const back = planCluster(0, view(crowd(10).reverse(), pairs.slice().reverse()));
    for (const [peer, places] of placesOf(there)) {
      expect(samePlaces(places, placesOf(back).get(peer) ?? [])).toBe(true);
    }
  });
});

function settle(of: ClusterView, plan: ClusterPlan): ClusterPlan {
  let settled = plan;
  for (let at = 1; at <= 30; at++) settled = planCluster(Ms(at * 2_000), of, settled);
  return settled;
}

/** A cluster that changes step by step. */
class World {
  readonly members = new Map<number, PlanMember>();
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

  view(): ClusterView {
    const pairs = [...this.pairs].map((pair) => pair.split('-').map(Number) as [number, number]);
    return view([...this.members.values()], pairs, { avoid: this.avoid });
  }
}
