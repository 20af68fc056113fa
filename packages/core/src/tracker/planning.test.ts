/** Plans go out in time, as changes only, and agree with each other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FromTracker, Plan } from '../wire/index.js';
import { DEFAULT_TRACKER } from './config.js';
import type { TrackerInput } from './contract.js';
import {
  type Crowd,
  type CrowdPeer,
  createCrowd,
  gotOf,
  joinMessage,
  record,
} from './crowd.fixture.js';

const planOf = (peer: CrowdPeer, rendition = 0): Plan | undefined =>
  gotOf(peer, 'plan')
    .filter((plan) => plan.rendition === rendition)
    .at(-1);

/** What the plans of all present peers say together must be trees over their links. */
function expectAgreement(crowd: Crowd): void {
  const peers = crowd.present();
  const plans = new Map(peers.map((peer) => [peer.peer, planOf(peer)]));
  for (const peer of peers) {
    planOf(peer)?.trees.forEach((place, tree) => {
      for (const child of place.children) {
        expect(plans.get(child)?.trees[tree]?.parent).toBe(peer.peer);
        expect(peer.links.has(child)).toBe(true);
      }
      if (place.parent !== undefined) {
        const children = plans.get(place.parent)?.trees[tree]?.children;
        expect(children).toContain(peer.peer);
      }
    });
  }
  const planned = peers.filter((peer) => (planOf(peer)?.trees.length ?? 0) > 0);
  for (let tree = 0; tree < 32 && planned.length > 0; tree++) {
    const roots = planned.filter((peer) => planOf(peer)?.trees[tree]?.parent === undefined);
    expect(roots).toHaveLength(1);
  }
}

const NO_LIMITS = {
  ...DEFAULT_TRACKER,
  admission: { ...DEFAULT_TRACKER.admission, joins: { perSec: 1_000, burst: 1_000 } },
};

describe('planning', () => {
  it('TRK17 plans within 250 ms of a link, and says nothing twice', () => {
    const crowd = createCrowd();
    const peers = [crowd.join(), crowd.join(), crowd.join()];
    crowd.pass(360);
    expectAgreement(crowd);
    expect(planOf(peers[0]!)?.trees).toHaveLength(32);
    crowd.pass(30_000);
    const told = peers.map((peer) => gotOf(peer, 'plan').length);
    crowd.pass(60_000);
    expect(peers.map((peer) => gotOf(peer, 'plan').length)).toEqual(told);
  });

  it('TRK51 answers a join while a plan is being made', () => {
    const planning = { ...DEFAULT_TRACKER.planning, edgesAtOnce: 1 };
    const crowd = createCrowd({ config: { ...DEFAULT_TRACKER, planning } });
    crowd.join();
    crowd.join();
    crowd.pass(150);
    const { tracker } = crowd;
    const due = tracker.wake()?.at ?? 0;
    const step = (input: TrackerInput): FromTracker['type'][] =>
      tracker.step(due, input).flatMap((out) => (out.type === 'send' ? out.message.type : []));
    expect(step({ type: 'wake' })).toEqual([]);
    expect(tracker.wake()).toEqual({ at: due, why: 'plan' });
    const entropy = new Uint8Array(24).fill(99);
    step({ type: 'opened', connection: 99, entropy, network: '10.0.9' });
    expect(step({ type: 'message', connection: 99, message: joinMessage() })).toEqual(['welcome']);
    const said: string[] = [];
    let steps = 0;
    for (; tracker.wake()?.at === due; steps++) said.push(...step({ type: 'wake' }));
    expect(said).toEqual(['plan', 'plan']);
    expect(steps).toBeGreaterThan(32);
  });

  it('TRK51 plans what happens to a cluster while it is planned', () => {
    const planning = { ...DEFAULT_TRACKER.planning, edgesAtOnce: 1 };
    const crowd = createCrowd({ config: { ...DEFAULT_TRACKER, planning } });
    const peers = Array.from({ length: 9 }, () => crowd.join());
    crowd.pass(5_000);
    const before = planOf(peers[0] as CrowdPeer);
    crowd.cut(peers[1] as CrowdPeer);
    crowd.pass(50);
    for (let at = 0; at < 20; at++) crowd.feed({ type: 'wake' });
    crowd.cut(peers[2] as CrowdPeer);
    crowd.pass(3_000);
    expect(planOf(peers[0] as CrowdPeer)).not.toEqual(before);
    expectAgreement(crowd);
    expect(crowd.tracker.wake()?.at).toBeGreaterThan(crowd.now());
  });

  it('TRK18 numbers the plans of a peer upwards, over all its renditions', () => {
    const crowd = createCrowd();
    const peers = [1, 2, 3, 4].map(() => crowd.join({ follow: [0, 4] }));
    crowd.pass(20_000);
    const versions = gotOf(peers[0]!, 'plan').map(({ version }) => version);
    expect(versions).toEqual(versions.map((_, i) => i + 1));
    expect(planOf(peers[0]!, 4)?.trees).toHaveLength(32);
  });

  it('TRK17 plans quickly after a loss, without the lost one', () => {
    const crowd = createCrowd();
    const peers = Array.from({ length: 10 }, () => crowd.join());
    crowd.pass(20_000);
    crowd.cut(peers[4]!);
    crowd.pass(60);
    expectAgreement(crowd);
  });

  it('TRK19 tells a peer that lost all its links that it stands alone', () => {
    const crowd = createCrowd({ walls: () => false });
    const [a, b] = [crowd.join(), crowd.join()];
    crowd.pass(2_000);
    crowd.unlink(a, b);
    crowd.pass(300);
    expect(planOf(a)?.trees).toEqual([]);
    expect(planOf(b)?.trees).toEqual([]);
  });

  it('TRK20 plans nothing for the watchers of a title', () => {
    const crowd = createCrowd();
    const peers = [1, 2, 3].map(() => crowd.join({ live: false }));
    crowd.pass(5_000);
    expect(peers.flatMap((peer) => gotOf(peer, 'plan'))).toEqual([]);
    expect(peers[0]?.links.size).toBe(2);
  });

  it('TRK20 stops planning through a peer that stops uploading', () => {
    const crowd = createCrowd();
    const peers = Array.from({ length: 6 }, () => crowd.join());
    crowd.pass(20_000);
    crowd.say(peers[2]!, { type: 'uploads', on: false, rate: 0 });
    crowd.pass(60);
    expect(planOf(peers[2]!)?.trees.every(({ children }) => children.length === 0)).toBe(true);
    expectAgreement(crowd);
  });

  it('TRK21 believes a link only when both ends report it', () => {
    const crowd = createCrowd({ walls: () => true });
    const [liar, honest] = [crowd.join(), crowd.join()];
    crowd.say(liar, { type: 'links', open: [{ peer: honest.peer as string, rttMs: 1 }] });
    crowd.pass(5_000);
    expect([liar, honest].map((peer) => planOf(peer))).toEqual([undefined, undefined]);
  });

  it('TRK22 takes links that outlived the tracker', () => {
    const crowd = createCrowd({ walls: () => true });
    const [a, b] = [crowd.join(), crowd.join()];
    crowd.link(a.peer as string, b.peer as string);
    crowd.pass(300);
    expectAgreement(crowd);
    expect(planOf(a)?.trees).toHaveLength(32);
  });

  it('TRK22 knows a link again whose end had lost its socket, though the other end says nothing new', () => {
    const crowd = createCrowd({ walls: () => true });
    const [a, b] = [crowd.join(), crowd.join()];
    crowd.link(a.peer as string, b.peer as string);
    crowd.pass(1_000);
    crowd.feed({ type: 'closed', connection: a.connection });
    crowd.pass(1_000);
    const again = crowd.join({ resume: { peer: a.peer as string, secret: a.secret } });
    crowd.say(again, { type: 'links', open: [{ peer: b.peer as string, rttMs: 20 }] });
    crowd.pass(300);
    expect(planOf(again)?.trees).toHaveLength(32);
  });

  it('TRK47 leaves returning peers under their former plan until most are back, or time is up', () => {
    const crowd = createCrowd({ walls: () => true });
    const ids = ['aa', 'bb', 'cc', 'dd'].map((pair) => pair.repeat(8));
    const back = (i: number): CrowdPeer => {
      const peer = crowd.open();
      const resume = { peer: ids[i] as string, secret: new Uint8Array(16).fill(i) };
      crowd.say(peer, joinMessage({ resume }), true);
      crowd.follow(peer, [0]);
      const others = ids.filter((id) => id !== ids[i]);
      crowd.say(peer, { type: 'links', open: others.map((id) => ({ peer: id, rttMs: 9 })) });
      return peer;
    };
    const [a, b] = [back(0), back(1)];
    crowd.pass(5_000);
    expect(planOf(a)).toBeUndefined();
    const [c, d] = [back(2), back(3)];
    crowd.pass(3_000);
    expect([a, b, c, d].map((peer) => planOf(peer)?.trees.length)).toEqual([32, 32, 32, 32]);
    crowd.cut(d);
    crowd.pass(100);
    expect(planOf(a)?.trees).toHaveLength(32);
  });

  it('TRK47 does not wait for those who never return', () => {
    const crowd = createCrowd({ walls: () => true });
    const [a, b] = [crowd.join(), crowd.join()];
    for (const [peer, other] of [[a, b] as const, [b, a] as const]) {
      const open = [other.peer as string, 'ee'.repeat(8)].map((id) => ({ peer: id, rttMs: 9 }));
      crowd.say(peer, { type: 'links', open });
    }
    crowd.pass(44_000);
    expect(planOf(a)).toBeUndefined();
    crowd.pass(4_000);
    expect(planOf(a)?.trees).toHaveLength(32);
  });

  /** Clusters of 32, so that a few peers fill several. */
  const planning = { ...DEFAULT_TRACKER.planning, clusterMax: 32, mergeMax: 24, mergeUnder: 4 };
  const small = { config: { ...DEFAULT_TRACKER, planning } };
  const sizesOf = (crowd: Crowd): number[] | undefined =>
    crowd.tracker
      .snapshot()
      .streams[0]?.renditions[0]?.clusters.map(({ members }) => members.length);

  it('TRK10 begins a cluster when all are full, and each agrees within', () => {
    const crowd = createCrowd(small);
    for (let i = 0; i < 40; i++) crowd.join();
    crowd.pass(15_000);
    expect(sizesOf(crowd)).toEqual([32, 8]);
  });

  it('TRK10 plans 200 peers as one cluster, in trees of four hops', () => {
    const crowd = createCrowd({ config: NO_LIMITS, seed: 3 });
    for (let i = 0; i < 200; i++) {
      crowd.join({ network: `10.0.${i}` });
      crowd.pass(100);
    }
    crowd.pass(60_000);
    expect(sizesOf(crowd)).toEqual([200]);
    expectAgreement(crowd);
    const cluster = crowd.tracker.snapshot().streams[0]?.renditions[0]?.clusters[0];
    expect(cluster?.depth).toBeLessThanOrEqual(4);
  });

  it('TRK12 merges clusters that have become small', () => {
    const crowd = createCrowd(small);
    const peers = Array.from({ length: 40 }, () => crowd.join());
    crowd.pass(5_000);
    for (const peer of peers.slice(0, 17)) crowd.cut(peer);
    crowd.pass(15_000);
    expect(sizesOf(crowd)).toEqual([23]);
    expectAgreement(crowd);
  });

  it('TRK12 merges a handful with any cluster that has room', () => {
    const crowd = createCrowd(small);
    const peers = Array.from({ length: 35 }, () => crowd.join());
    crowd.pass(5_000);
    expect(sizesOf(crowd)).toEqual([32, 3]);
    for (const peer of peers.slice(0, 3)) crowd.cut(peer);
    crowd.pass(15_000);
    expect(sizesOf(crowd)).toEqual([32]);
    expectAgreement(crowd);
  });

  it('plans agree after any mix of joins, losses, dropped links and switches', () => {
    const change = fc.record({
      kind: fc.constantFrom('join', 'join', 'cut', 'unlink', 'quiet', 'wait'),
      a: fc.nat(40),
      b: fc.nat(40),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 50 }), fc.nat(1000), (changes, seed) => {
        const crowd = createCrowd({ seed });
        for (const { kind, a, b } of changes) {
          const present = crowd.present();
          const [x, y] = [present[a % present.length], present[b % present.length]];
          if (kind === 'join' || x === undefined || y === undefined) crowd.join();
          else if (kind === 'cut') crowd.cut(x);
          else if (kind === 'quiet') crowd.say(x, { type: 'uploads', on: b % 2 > 0, rate: 0 });
          else if (kind === 'unlink' && x !== y) crowd.unlink(x, y);
          crowd.pass(kind === 'wait' ? 3_000 : b * 10);
        }
        crowd.pass(400);
        for (const peer of crowd.present()) expect(peer.closed).toBeUndefined();
        expectSound(crowd);
      }),
      { numRuns: 40, seed: 4 },
    );
  });
});

/** Like agreement, yet several groups may have their own roots. */
function expectSound(crowd: Crowd): void {
  const plans = new Map(crowd.present().map((peer) => [peer.peer, planOf(peer)]));
  for (const peer of crowd.present()) {
    planOf(peer)?.trees.forEach((place, tree) => {
      for (const child of place.children) {
        expect(plans.get(child)?.trees[tree]?.parent).toBe(peer.peer);
      }
      if (place.parent !== undefined) expect(peer.links.has(place.parent)).toBe(true);
    });
  }
}

describe('announcing', () => {
  it('TRK14 tells every live follower of the rendition at once, and nobody else', () => {
    const crowd = createCrowd();
    const [live, title, high] = [
      crowd.join(),
      crowd.join({ live: false }),
      crowd.join({ follow: [2] }),
    ];
    crowd.feed({ type: 'record', sealed: record(7) });
    crowd.feed({ type: 'record', sealed: record(7) });
    expect([live, title, high].map((peer) => gotOf(peer, 'announce').length)).toEqual([1, 0, 0]);
  });

  it('TRK15 shows a newcomer the last four segments, oldest first', () => {
    const crowd = createCrowd();
    for (const sequence of [3, 5, 4, 6, 7, 8]) {
      crowd.feed({ type: 'record', sealed: record(sequence) });
    }
    const peer = crowd.join();
    crowd.follow(peer, [0]);
    const shown = gotOf(peer, 'announce').map(({ sealed }) => sealed.record.sequence);
    expect(shown).toEqual([5, 6, 7, 8]);
  });

  it('TRK16 ignores records of other streams and epochs', () => {
    const crowd = createCrowd();
    const peer = crowd.join();
    const sealed = record(1);
    for (const wrong of [{ epoch: 9 }, { streamId: new Uint8Array(32) }]) {
      crowd.feed({ type: 'record', sealed: { ...sealed, record: { ...sealed.record, ...wrong } } });
    }
    expect(gotOf(peer, 'announce')).toEqual([]);
  });
});
