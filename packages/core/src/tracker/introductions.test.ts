/** Few introductions, one connected graph, and no failing pair soon again. */
import { describe, expect, it } from 'vitest';
import { type Crowd, createCrowd, gotOf } from './crowd.fixture.js';

const linksOf = (crowd: Crowd): number[] => crowd.present().map(({ links }) => links.size);

function isConnected(crowd: Crowd): boolean {
  const peers = crowd.present();
  const byId = new Map(peers.map((peer) => [peer.peer, peer]));
  const seen = new Set([peers[0]]);
  for (const peer of seen) for (const id of peer?.links ?? []) seen.add(byId.get(id));
  return seen.size === peers.length;
}

describe('introductions', () => {
  it('TRK24 lets up to eight meet in full', () => {
    const crowd = createCrowd();
    for (let i = 0; i < 8; i++) crowd.join();
    crowd.pass(10_000);
    expect(linksOf(crowd)).toEqual(new Array(8).fill(7));
  });

  it.each([
    [16, 0],
    [16, 1_200],
    [32, 300],
    [32, 0],
  ])('TRK25 gives %i peers, one every %i ms, few links and one graph', (n, gap) => {
    for (const seed of [1, 2, 3]) {
      const crowd = createCrowd({ seed });
      for (let i = 0; i < n; i++) {
        crowd.join({ network: `n${i % 5}` });
        crowd.pass(gap);
      }
      crowd.pass(10_000);
      expect(Math.min(...linksOf(crowd))).toBeGreaterThanOrEqual(4);
      expect(Math.max(...linksOf(crowd))).toBeLessThanOrEqual(10);
      expect(isConnected(crowd)).toBe(true);
    }
  });

  it('TRK26 introduces a newcomer to three at once and to the rest one by one', () => {
    const crowd = createCrowd();
    for (let i = 0; i < 12; i++) crowd.join();
    crowd.pass(20_000);
    const newcomer = crowd.join();
    const offers = (): number => gotOf(newcomer, 'introduce').filter(({ offer }) => offer).length;
    expect(offers()).toBe(3);
    crowd.pass(399);
    expect(offers()).toBe(3);
    crowd.pass(2);
    expect(gotOf(newcomer, 'introduce').length).toBeGreaterThan(3);
  });

  it('TRK26 never has a peer wait for more than four introductions at once', () => {
    const crowd = createCrowd({ linkMs: 5_000 });
    for (let i = 0; i < 16; i++) crowd.join();
    crowd.pass(4_000);
    for (const peer of crowd.present()) {
      expect(gotOf(peer, 'introduce').length).toBeLessThanOrEqual(4);
    }
  });

  it('TRK26 lets exactly one side offer', () => {
    const crowd = createCrowd();
    const [a, b] = [crowd.join(), crowd.join()];
    const offers = [...gotOf(a, 'introduce'), ...gotOf(b, 'introduce')].map(({ offer }) => offer);
    expect(offers.sort()).toEqual([false, true]);
  });

  it('TRK25 introduces only peers that share a rendition', () => {
    const crowd = createCrowd();
    const low = [crowd.join({ follow: [0] }), crowd.join({ follow: [0] })];
    const high = [crowd.join({ follow: [2] }), crowd.join({ follow: [2, 3] })];
    crowd.pass(5_000);
    expect(low[0]?.links).toEqual(new Set([low[1]?.peer]));
    expect(high[0]?.links).toEqual(new Set([high[1]?.peer]));
  });

  it('TRK27 spreads over networks when it can', () => {
    const crowd = createCrowd();
    for (let i = 0; i < 18; i++) crowd.join({ network: i < 12 ? 'big' : `small${i}` });
    crowd.pass(10_000);
    const newcomer = crowd.join({ network: 'big' });
    crowd.pass(10_000);
    const networks = crowd
      .present()
      .filter(({ peer }) => newcomer.links.has(peer as string))
      .map(({ network }) => network);
    expect(networks.filter((network) => network !== 'big').length).toBeGreaterThanOrEqual(2);
  });

  it('TRK28 replaces links that drop', () => {
    const crowd = createCrowd();
    for (let i = 0; i < 14; i++) crowd.join();
    crowd.pass(10_000);
    const [victim] = crowd.present();
    for (const other of crowd.present()) {
      if (victim?.links.has(other.peer as string)) crowd.unlink(victim, other);
    }
    crowd.pass(10_000);
    expect(victim?.links.size).toBeGreaterThanOrEqual(4);
  });

  it('TRK28 joins the halves of a graph that fell apart', () => {
    const crowd = createCrowd();
    for (let i = 0; i < 20; i++) crowd.join();
    crowd.pass(10_000);
    const peers = crowd.present();
    for (const a of peers.slice(0, 10)) {
      for (const b of peers.slice(10)) {
        if (a.links.has(b.peer as string)) crowd.unlink(a, b);
      }
    }
    crowd.pass(30_000);
    expect(isConnected(crowd)).toBe(true);
  });

  it('TRK29 does not introduce a failing pair again soon, and rarely later', () => {
    const crowd = createCrowd({ walls: () => true });
    const [a] = [crowd.join(), crowd.join()];
    crowd.pass(40_000);
    expect(gotOf(a, 'introduce')).toHaveLength(1);
    crowd.pass(600_000);
    expect(gotOf(a, 'introduce').length).toBeGreaterThan(1);
    expect(gotOf(a, 'introduce').length).toBeLessThan(7);
  });

  it('TRK29 comes to rest at every time of day: fractions of a millisecond round', () => {
    for (let i = 0; i < 40; i++) {
      const crowd = createCrowd({ walls: () => true, startAt: 5_000 + i * 277.777_777_77 });
      const lost = crowd.join();
      for (let n = 0; n < 3; n++) {
        crowd.join();
        crowd.open();
        crowd.pass(0.1 * i + 0.7 * n);
      }
      crowd.cut(lost);
      crowd.pass(90_000);
    }
  });

  it('TRK29 finds others for a peer whose first introductions fail', () => {
    const walls = (a: string, b: string): boolean => {
      const [x, y] = [Number.parseInt(a.slice(0, 2), 16), Number.parseInt(b.slice(0, 2), 16)];
      return Math.max(x, y) === 13 && Math.min(x, y) > 5;
    };
    const crowd = createCrowd({ walls });
    for (let i = 0; i < 13; i++) crowd.join();
    crowd.pass(60_000);
    expect(crowd.present().at(-1)?.links.size).toBeGreaterThanOrEqual(3);
  });

  it('TRK44 tells neighbours of a lost socket at once, and only them', () => {
    const crowd = createCrowd();
    for (let i = 0; i < 16; i++) crowd.join();
    crowd.pass(10_000);
    const [lost] = crowd.present();
    const near = new Set(lost?.links);
    crowd.cut(lost!);
    for (const peer of crowd.present()) {
      expect(gotOf(peer, 'gone').length).toBe(near.has(peer.peer as string) ? 1 : 0);
    }
  });
});
