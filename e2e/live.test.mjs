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
  const low = await stage.viewer(pages.page(`${url}index.m3u8`));
  const plain = await stage.viewer(pages.page(`${url}index.m3u8`, { lowLatencyMode: false }));
  await low.plays(6);
  await plain.plays(2);
  const state = (viewer) =>
    viewer.page.evaluate(() => {
      const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
      const parts = loaded.filter((name) => /-\d+\.\d+\.m4s$/.test(name)).length;
      return { parts, behind: window.hls.targetLatency };
    });
  const [near, far] = [await state(low), await state(plain)];
  expect([near.parts > 0, far.parts]).toEqual([true, 0]);
  expect(near.behind).toBeLessThan(far.behind);
});

test('viewers bring each other parts, and segments to one who is further behind', async () => {
  const stage = createStage(browser);
  const { shoal } = await live(stage);
  const page = `${shoal.url}watch`;
  const viewers = await stage.viewers(3, page);
  await Promise.all(viewers.map((viewer) => viewer.plays(2)));
  const far = await stage.viewer(page, { hooks: [withoutLowLatency] });
  const isCarried = ({ p2p, http }) => p2p > http;
  const all = [...viewers, far];
  await Promise.all(all.map((viewer) => viewer.counts('more from peers than not', isCarried)));
  const delivered = await Promise.all(all.map(async (viewer) => (await viewer.stats()).segments));
  const inParts = delivered.map((list) => list.some(({ part }) => part > 0));
  expect(inParts).toEqual([true, true, true, false]);
  for (const viewer of all) {
    const { corrupt, recordsRefused, unverified } = await viewer.stats();
    expect({ corrupt, recordsRefused, unverified }).toEqual(SOUND);
  }
});

test('ffprobe reads it, and its playlists break no rule while they grow', async () => {
  const stage = createStage(browser);
  const { url } = await live(stage, '--ladder', '180p,144p');
  const texts = new Map();
  for (let sequence = 1; sequence < 9; sequence++) {
    for (const path of ['r0.m3u8', 'r1.m3u8']) {
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

test('an encrypted stream plays in hls.js, with keys that change', async () => {
  const stage = createStage(browser);
  const { url } = await live(stage, '--segment', '1s', '--encrypt', 'aes-128', '--rotate', '3s');
  const pages = stage.keep(await startPlainPage());
  const viewer = await stage.viewer(pages.page(`${url}index.m3u8`));
  await viewer.plays(5);
  const keys = await viewer.page.evaluate(
    () => performance.getEntriesByType('resource').filter(({ name }) => /\.key$/.test(name)).length,
  );
  expect(keys).toBeGreaterThan(1);
});

const SOUND = { corrupt: { peer: 0, edge: 0 }, recordsRefused: 0, unverified: 0 };

/** The page's player asks for whole segments. */
function withoutLowLatency() {
  let known;
  Object.defineProperty(window, 'hls', {
    get: () => known,
    set: (hls) => {
      known = hls;
      hls.lowLatencyMode = false;
    },
  });
}

async function live(stage, ...more) {
  const ports = ['--rtmp-port', '0', '--log-level', 'error'];
  const shoal = await stage.shoal('live', '--test', '--assume-consent', ...ports, ...more);
  const url = `${shoal.url}hls/live/`;
  const playable = () => fetch(`${url}r0.m3u8`).then((answer) => answer.ok);
  await until('the first segment', playable, { limitMs: 30_000, describe: shoal.output });
  return { shoal, url };
}
