/**
 * Viewers of one stream carry it for each other: live, on demand, and from somebody else's servers.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './harness/browser.mjs';
import { mediaBytes } from './harness/front.mjs';
import { createStage } from './harness/stage.mjs';

let browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test('four viewers of a live channel: peers carry most of it, all of it checked', async () => {
  const stage = createStage(browser);
  const upstream = await stage.upstream();
  const live = `${upstream.url}360p/live.m3u8`;
  const shoal = await stage.shoal('pull', live, '--assume-consent');
  const front = await stage.front(shoal.url);
  const viewers = await stage.viewers(4, `${front.url}watch`);
  await Promise.all(viewers.map((viewer) => viewer.plays(2)));
  await Promise.all(viewers.map((v) => v.counts('two peers', ({ peers }) => peers >= 2)));
  await grows(viewers, 2);

  const edgeBefore = mediaBytes(front);
  const before = await all(viewers);
  await grows(viewers, 4);
  const after = await all(viewers);
  const fromPeers = sum(after, 'p2p') - sum(before, 'p2p');
  const fromEdge = mediaBytes(front) - edgeBefore;
  expect(fromPeers).toBeGreaterThan(fromEdge);
  for (const stats of after) {
    expect(stats.corrupt).toEqual({ peer: 0, edge: 0 });
    expect(stats.unverified).toBe(0);
    expect(stats.segments.every(({ verified }) => verified)).toBe(true);
  }
  await Promise.all(viewers.map((viewer) => viewer.plays(1)));
});

test('a title on demand: the second viewer gets it from the first', async () => {
  const stage = createStage(browser);
  const shoal = await stage.shoal('serve', 'media', '--assume-consent');
  const first = await stage.viewer(`${shoal.url}watch/clip`);
  await first.plays(2);
  const second = await stage.viewer(`${shoal.url}watch/clip`);
  await second.plays(2);
  const stats = await second.counts('bytes from a peer', ({ p2p }) => p2p > 200_000);
  expect(stats.unverified).toBe(0);
});

test('delivery by the upstream: its servers send segments, viewers share them', async () => {
  const stage = createStage(browser);
  const upstream = await stage.upstream();
  const live = `${upstream.url}360p/live.m3u8`;
  const shoal = await stage.shoal('pull', live, '--delivery', 'upstream', '--assume-consent');
  const front = await stage.front(shoal.url);
  const viewers = await stage.viewers(2, `${front.url}watch`);
  await Promise.all(viewers.map((viewer) => viewer.plays(2)));
  await Promise.all(viewers.map((v) => v.counts('bytes from a peer', ({ p2p }) => p2p > 0)));
  expect(mediaBytes(front)).toBe(0);
});

/** Waits until every viewer was given `count` more segments than now. */
async function grows(viewers, count) {
  const newest = (stats) => stats.segments.at(-1)?.sequence ?? -1;
  const starts = (await all(viewers)).map(newest);
  await Promise.all(
    viewers.map((viewer, i) =>
      viewer.counts(`${count} segments`, (stats) => newest(stats) >= starts[i] + count),
    ),
  );
}

function all(viewers) {
  return Promise.all(viewers.map((viewer) => viewer.stats()));
}

function sum(list, key) {
  return list.reduce((total, stats) => total + stats[key], 0);
}
