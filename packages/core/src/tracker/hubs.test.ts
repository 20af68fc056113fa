/** Wide uplinks get the links that they can feed. */
import { expect, it } from 'vitest';
import type { PeerId } from '../units/index.js';
import { type CrowdPeer, createCrowd, record } from './crowd.fixture.js';

/** What one record of the fixture gives in a second. */
const BITRATE = 600_000;

/** One in five could feed twelve, the others one. */
function crowdOf(n: number, wide: number): { hubs: CrowdPeer[]; others: CrowdPeer[] } {
  const crowd = createCrowd();
  crowd.feed({ type: 'record', sealed: record(1) });
  const [hubs, others]: [CrowdPeer[], CrowdPeer[]] = [[], []];
  for (let i = 0; i < n; i++) {
    const isWide = i % 5 === 0;
    const uplink = (isWide ? wide : 1) * BITRATE;
    (isWide ? hubs : others).push(crowd.join({ network: `n${i}`, uplink }));
    crowd.pass(300);
  }
  crowd.pass(120_000);
  return { hubs, others };
}

const mean = (peers: readonly CrowdPeer[]): number =>
  peers.reduce((sum, { links }) => sum + links.size, 0) / peers.length;

it.each([20, 60])('TRK48 leads everybody of %i to the widest uplinks, however late', (n) => {
  const { hubs, others } = crowdOf(n, 12);
  const ids = new Set(hubs.map(({ peer }) => peer as PeerId));
  expect(mean(hubs)).toBeGreaterThan(mean(others) + 2);
  expect(Math.max(...hubs.map(({ links }) => links.size))).toBeLessThanOrEqual(16);
  expect(Math.max(...others.map(({ links }) => links.size))).toBeLessThanOrEqual(10);
  const met = others.map(({ links }) => [...links].filter((peer) => ids.has(peer)).length);
  // Who was full before there were hubs has but one.
  expect(Math.min(...met)).toBeGreaterThanOrEqual(1);
  expect(met.filter((count) => count >= 2).length).toBeGreaterThan(0.8 * met.length);
});

it('TRK48 knows no hubs where nobody could feed two others', () => {
  const { hubs, others } = crowdOf(60, 1.9);
  expect(Math.max(...[...hubs, ...others].map(({ links }) => links.size))).toBeLessThanOrEqual(10);
});
