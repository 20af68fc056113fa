/** A live stream of our own making: hls.js with parts and without, ffprobe, and the swarm. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenChanges, brokenRules } from '../packages/core/dist/media/live/hls-rules.fixture.js';
import { run } from '../tools/house/command.mjs';
import { openBrowser } from './harness/browser.mjs';
import { startPlainPage } from './harness/plain-page.mjs';
import { createStage } from './harness/stage.mjs';
import { until } from './harness/until.mjs';

let browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test('hls.js alone plays it with parts, close behind, and without', async () => {
  const stage = createStage(browser);
  const { url } = await live(stage);
  const pages = stage.keep(await startPlainPage());
  const low = await stage.viewer(pages.page(`${url}index.ll.m3u8`));
  const plain = await stage.viewer(pages.page(`${url}index.m3u8`));
  await low.plays(6);
  await plain.plays(2);
  const state = (viewer) =>
    viewer.page.evaluate(() => {
      const { details } = window.hls.levels[window.hls.currentLevel];
      return { parts: details.partList?.length ?? 0, behind: window.hls.latency };
    });
  const [near, far] = [await state(low), await state(plain)];
  expect(near.parts).toBeGreaterThan(0);
  expect(far.parts).toBe(0);
  expect(near.behind).toBeLessThan(far.behind);
});

test('our own page plays it, and its viewers bring each other segments', async () => {
  const stage = createStage(browser);
  const { shoal } = await live(stage);
  const viewers = await stage.viewers(3, `${shoal.url}watch`);
  await Promise.all(viewers.map((viewer) => viewer.plays(4)));
  await Promise.all(viewers.map((v) => v.counts('bytes from a peer', ({ p2p }) => p2p > 0)));
});

test('ffprobe reads it, and its playlists break no rule while they grow', async () => {
  const stage = createStage(browser);
  const { url } = await live(stage, '--ladder', '180p,144p');
  const texts = new Map();
  for (let sequence = 1; sequence < 9; sequence++) {
    for (const path of ['r0.ll.m3u8', 'r1.ll.m3u8', 'r0.m3u8']) {
      const text = await (await fetch(`${url}${path}?_HLS_msn=${sequence}&_HLS_part=1`)).text();
      expect({ path, broken: brokenRules(text) }).toEqual({ path, broken: [] });
      const before = texts.get(path);
      if (before !== undefined) expect(brokenChanges(before, text)).toEqual([]);
      texts.set(path, text);
    }
  }
  const args = ['-v', 'error', '-show_entries', 'stream=codec_type', '-of', 'csv=p=0'];
  const { code, output } = await run('ffprobe', [...args, `${url}index.m3u8`]);
  expect([code, output.includes('video'), output.includes('audio')]).toEqual([0, true, true]);
});

async function live(stage, ...more) {
  const ports = ['--rtmp-port', '0', '--log-level', 'error'];
  const shoal = await stage.shoal('live', '--test', '--assume-consent', ...ports, ...more);
  const url = `${shoal.url}hls/live/`;
  const playable = () => fetch(`${url}r0.m3u8`).then((answer) => answer.ok);
  await until('the first segment', playable, { limitMs: 30_000, describe: shoal.output });
  return { shoal, url };
}
