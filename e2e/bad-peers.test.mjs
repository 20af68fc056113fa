/** Peers that lie or fall silent cost nothing but offload. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './harness/browser.mjs';
import { tamperWithPieces } from './harness/page-hooks.mjs';
import { createStage } from './harness/stage.mjs';
import { until } from './harness/until.mjs';

let browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test('corrupt pieces are not played or passed on, and their sender is dropped', async () => {
  const { viewers } = await linkedViewers(3);
  const [liar, ...honest] = viewers;
  await liar.page.evaluate(() => {
    window.spoil = true;
  });
  await until(
    'every honest viewer to be without the liar',
    async () => (await liar.page.evaluate(() => window.spoiled)) > 0 && (await peersOf(liar)) === 0,
  );
  const stats = await Promise.all(honest.map((viewer) => viewer.stats()));
  expect(stats.some(({ corrupt }) => corrupt.peer > 0)).toBe(true);
  for (const viewer of honest) {
    await viewer.plays(4);
    const { neighbours, unverified, segments } = await viewer.stats();
    expect(neighbours.every(({ corrupt }) => corrupt === 0)).toBe(true);
    expect(unverified).toBe(0);
    expect(segments.every(({ verified }) => verified)).toBe(true);
    expect(viewer.errors).toEqual([]);
  }
  await liar.plays(2);
});

test('everybody silent: the edge feeds all', async () => {
  const { viewers } = await linkedViewers(3);
  for (const viewer of viewers) {
    await viewer.page.evaluate(() => {
      window.hush = true;
    });
  }
  await Promise.all(viewers.map((viewer) => viewer.plays(12)));
  const before = await Promise.all(viewers.map((viewer) => viewer.stats()));
  await Promise.all(
    viewers.map((v, i) => v.counts('bytes of the edge', ({ http }) => http > before[i].http)),
  );
  for (const viewer of viewers) {
    await viewer.plays(2);
    expect((await viewer.stalls()).count).toBe(0);
  }
});

/** Viewers of a live channel that have all received something from a peer. */
async function linkedViewers(count) {
  const stage = createStage(browser);
  const upstream = await stage.upstream();
  const shoal = await stage.shoal('pull', `${upstream.url}360p/live.m3u8`, '--assume-consent');
  const viewers = await stage.viewers(count, `${shoal.url}watch`, { hooks: [tamperWithPieces] });
  await Promise.all(viewers.map((viewer) => viewer.plays(1)));
  const linked = ({ peers, p2p }) => peers === count - 1 && p2p > 0;
  await Promise.all(viewers.map((viewer) => viewer.counts('peers that send', linked)));
  await Promise.all(viewers.map((viewer) => viewer.watchStalls()));
  return { stage, viewers };
}

async function peersOf(viewer) {
  return (await viewer.stats()).peers;
}
