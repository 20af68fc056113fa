/** The demo page: four viewers carry a stream, and its buttons do what they say. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './harness/browser.mjs';
import { createStage } from './harness/stage.mjs';
import { until } from './harness/until.mjs';

let browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test('viewers share, join, leave, are poisoned, and survive a cut edge', async () => {
  const stage = createStage(browser);
  const shoal = await stage.shoal('dev');
  const { page } = await stage.viewer(shoal.url);
  await everyFramePlays(page, 4);
  const offload = page.locator('.summary .lead dd');
  await until('an offload above 40 %', async () => {
    return Number.parseFloat(await offload.textContent()) > 40;
  });

  await page.getByRole('button', { name: 'Add a viewer' }).click();
  await everyFramePlays(page, 5);
  await page.getByRole('button', { name: 'Remove viewer 1' }).click();
  await everyFramePlays(page, 4);

  await page.getByRole('button', { name: 'Poison' }).first().click();
  await page
    .getByText(/corrupt refused/)
    .first()
    .waitFor({ timeout: 45_000 });
  await everyFramePlays(page, 4);

  await page.getByRole('button', { name: 'Cut the edge' }).click();
  expect((await fetch(`${shoal.url}api/status`)).status).toBe(200);
  await page.getByRole('button', { name: 'Restore the edge' }).click();
  await everyFramePlays(page, 4);
});

test('on a phone nothing sticks out, in light and in dark', async () => {
  const stage = createStage(browser);
  const shoal = await stage.shoal('dev');
  const { page } = await stage.viewer(shoal.url);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.getByText('Viewer 1', { exact: true }).waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
  }
});

/** Waits until there are `count` frames and each has played on. */
async function everyFramePlays(page, count) {
  const times = new Map();
  await until(`${count} playing viewers`, async () => {
    const frames = page.frames().filter((frame) => frame !== page.mainFrame());
    if (frames.length !== count) return false;
    const moved = await Promise.all(
      frames.map(async (frame) => {
        const time = await frame.evaluate(() => window.hls?.media?.currentTime).catch(() => {});
        if (time === undefined) return false;
        if (!times.has(frame)) times.set(frame, time);
        return time > times.get(frame);
      }),
    );
    return moved.every(Boolean);
  });
}
