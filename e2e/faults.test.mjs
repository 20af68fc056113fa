/** Tracker and edge fail in the middle of a stream, and nobody's picture stops for good. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './harness/browser.mjs';
import { createStage } from './harness/stage.mjs';

const MEDIA = /\.m4s(\?|$)/;

let browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test('the tracker dies and comes back: links and playback stay, newcomers play', async () => {
  const { stage, front, viewers } = await linkedViewers(2);
  front.faults.tracker = true;
  front.dropTracker();
  for (const viewer of viewers) await viewer.counts('no tracker', ({ tracker }) => !tracker.up);
  const before = await Promise.all(viewers.map((viewer) => viewer.stats()));
  for (const [i, viewer] of viewers.entries()) {
    await viewer.plays(3);
    const more = ({ p2p, peers }) => p2p > before[i].p2p && peers > 0;
    await viewer.counts('bytes from peers without a tracker', more);
  }
  const newcomer = await stage.viewer(`${front.url}watch`);
  await newcomer.plays(2);
  expect((await newcomer.stats()).peers).toBe(0);

  front.faults.tracker = false;
  for (const viewer of [...viewers, newcomer]) {
    await viewer.counts('the tracker again', ({ tracker }) => tracker.up, 60_000);
  }
  await newcomer.counts('a peer', ({ peers }) => peers > 0);
});

const FAULTS = {
  'answers 500': () => ({ status: 500 }),
  'answers 404': () => ({ status: 404 }),
  'cuts bodies': () => ({ cutAfter: 20_000 }),
  'is slow': () => ({ delayMs: 700 }),
};

test.each(Object.keys(FAULTS))('the edge %s for a while: everybody plays on', async (kind) => {
  const { front, viewers } = await linkedViewers(2);
  let left = 6;
  front.faults.http = (path) => (MEDIA.test(path) && left-- > 0 ? FAULTS[kind]() : undefined);
  await Promise.all(viewers.map((viewer) => viewer.plays(8)));
  expect(left).toBeLessThan(6);
  for (const viewer of viewers) {
    const { unverified, corrupt } = await viewer.stats();
    expect({ unverified, corrupt }).toEqual({ unverified: 0, corrupt: { peer: 0, edge: 0 } });
  }
});

test('the edge is cut off and comes back: playback goes on where it was', async () => {
  const { front, viewers } = await linkedViewers(2);
  front.faults.http = () => ({ cutAfter: 0 });
  await Promise.all(viewers.map((viewer) => viewer.plays(2)));
  front.faults.http = () => undefined;
  await Promise.all(viewers.map((viewer) => viewer.plays(8, 60_000)));
});

/** Viewers of a live channel behind a front, that have all received something from a peer. */
async function linkedViewers(count) {
  const stage = createStage(browser);
  const upstream = await stage.upstream();
  const shoal = await stage.shoal('pull', `${upstream.url}180p/live.m3u8`, '--assume-consent');
  const front = await stage.front(shoal.url);
  const viewers = await stage.viewers(count, `${front.url}watch`);
  await Promise.all(viewers.map((viewer) => viewer.plays(1)));
  const linked = ({ peers, p2p }) => peers === count - 1 && p2p > 0;
  await Promise.all(viewers.map((viewer) => viewer.counts('peers that send', linked)));
  return { stage, front, viewers };
}

test('a viewer whose machine cannot keep up leaves the swarm and plays on', async () => {
  const { viewers } = await linkedViewers(2);
  const [busy, other] = viewers;
  await busy.page.evaluate(() => {
    setInterval(() => {
      const until = performance.now() + 450;
      while (performance.now() < until);
    }, 500);
  });
  await busy.counts('a rest', (stats) => stats.why.code === 'overloaded', 60_000);
  expect((await busy.stats()).peers).toBe(0);
  await busy.plays(4);
  await other.plays(4);
});
