/** Consent: nobody is connected before yes, and everybody is disconnected after no. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './harness/browser.mjs';
import { createStage } from './harness/stage.mjs';

let browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test('before yes: plain HTTP, checked; after yes: peers; after no: none within a second', async () => {
  const stage = createStage(browser);
  const upstream = await stage.upstream();
  const shoal = await stage.shoal('pull', `${upstream.url}180p/live.m3u8`);
  const front = await stage.front(shoal.url);
  const [one, two] = await stage.viewers(2, `${front.url}watch`);
  for (const viewer of [one, two]) {
    await viewer.plays(3);
    const stats = await viewer.counts('checked bytes', ({ segments }) =>
      segments.some(({ verified }) => verified),
    );
    expect(stats).toMatchObject({ p2p: 0, uploaded: 0, peers: 0, why: { code: 'no-consent' } });
    expect(stats.http).toBeGreaterThan(0);
    expect((await viewer.connections()).made).toBe(0);
  }
  expect(front.seen.filter(({ path }) => path.startsWith('/tracker'))).toEqual([]);
  expect(front.sockets.size).toBe(0);

  for (const viewer of [one, two]) await viewer.page.locator('shoal-player .grant').click();
  for (const viewer of [one, two]) await viewer.counts('a peer', ({ peers }) => peers > 0);

  const elapsedMs = await one.page.evaluate(revokeAndWait);
  expect(elapsedMs).toBeLessThan(1000);
  const { made } = await one.connections();
  await two.counts('no peer', ({ peers }) => peers === 0);
  await Promise.all([one.plays(3), two.plays(3)]);
  expect(await one.connections()).toEqual({ made, open: 0 });
});

test('the answer is remembered, and no is an answer', async () => {
  const stage = createStage(browser);
  const shoal = await stage.shoal('serve', 'media');
  const viewer = await stage.viewer(`${shoal.url}watch/clip`);
  await viewer.plays(1);
  const question = viewer.page.locator('shoal-player .ask');
  const sizes = await question.locator('button').evaluateAll((buttons) =>
    buttons.map((button) => {
      const { font, padding, height } = getComputedStyle(button);
      return { font, padding, height };
    }),
  );
  expect(sizes).toHaveLength(2);
  expect(sizes[0]).toEqual(sizes[1]);
  await viewer.page.locator('shoal-player .refuse').click();
  await viewer.page.reload();
  await viewer.plays(1);
  await viewer.page.locator('shoal-player .chip').waitFor({ state: 'visible' });
  expect(await question.isVisible()).toBe(false);
  expect((await viewer.stats()).why.code).toBe('refused-consent');
  expect((await viewer.connections()).made).toBe(0);
});

/** Takes consent back and says how long it took until every connection was closed. */
function revokeAndWait() {
  const began = performance.now();
  window.shoal.consent.revoke();
  return new Promise((done) => {
    const look = () => {
      if (window.rtc.open() === 0) done(performance.now() - began);
      else setTimeout(look, 10);
    };
    look();
  });
}
