/** Ordinary players, ladders, proxies: what is served is HLS, wherever it is mounted. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../tools/house/command.mjs';
import { openBrowser } from './harness/browser.mjs';
import { startPlainPage } from './harness/plain-page.mjs';
import { createStage } from './harness/stage.mjs';

const FFPROBE = '/usr/bin/ffprobe';

let browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test('hls.js alone plays every playlist', async () => {
  const stage = createStage(browser);
  const { urls } = await everyPlaylist(stage);
  const pages = stage.keep(await startPlainPage());
  for (const url of urls) {
    const viewer = await stage.viewer(pages.page(url));
    await viewer.plays(2);
    await viewer.close();
  }
});

if (existsSync(FFPROBE)) {
  test('ffprobe reads every playlist', async () => {
    const stage = createStage(browser);
    const { urls } = await everyPlaylist(stage);
    for (const url of urls) {
      const args = ['-v', 'error', '-show_entries', 'stream=codec_type', '-of', 'csv=p=0', url];
      const { code, output } = await run(FFPROBE, args);
      expect({ url, code }).toEqual({ url, code: 0 });
      expect(output).toMatch(/video/);
      expect(output).toMatch(/audio/);
    }
  });
}

test('behind a proxy on another port with a prefix, everything is found', async () => {
  const stage = createStage(browser);
  const upstream = await stage.upstream();
  const shoal = await stage.shoal('pull', `${upstream.url}live.m3u8`, '--assume-consent');
  const front = await stage.front(shoal.url, '/some/where/');
  const viewers = await stage.viewers(2, `${front.url}watch`);
  await Promise.all(viewers.map((viewer) => viewer.plays(2)));
  await Promise.all(viewers.map((v) => v.counts('bytes from a peer', ({ p2p }) => p2p > 0)));
  for (const path of ['healthz', 'metrics', 'api/status']) {
    expect((await fetch(front.url + path)).status).toBe(200);
  }
});

test('a ladder: the rendition that plain hls.js plays, without flapping', async () => {
  const stage = createStage(browser);
  const upstream = await stage.upstream();
  const shoal = await stage.shoal('pull', `${upstream.url}live.m3u8`, '--assume-consent');
  const pages = stage.keep(await startPlainPage());
  const plain = await stage.viewer(pages.page(`${upstream.url}live.m3u8`));
  const ours = await stage.viewers(2, `${shoal.url}watch`);
  const wanted = await plain.settlesOn(4);
  for (const viewer of ours) {
    expect(await viewer.settlesOn(4)).toBe(wanted);
    await viewer.counts('bytes from a peer', ({ p2p }) => p2p > 0);
  }
});

test('a ladder: down while the edge is thin, without flapping, and up again after', async () => {
  const stage = createStage(browser);
  const upstream = await stage.upstream();
  const shoal = await stage.shoal('pull', `${upstream.url}live.m3u8`, '--assume-consent');
  const front = await stage.front(shoal.url);
  const viewer = await stage.viewer(`${front.url}watch`);
  const most = await viewer.settlesOn(3);
  front.faults.http = (path) => (path.includes('.m4s') ? { bytesPerSec: 70_000 } : undefined);
  await viewer.loads((bitrate) => bitrate < most);
  expect(await viewer.settlesOn(4)).toBeLessThan(most);
  front.faults.http = () => undefined;
  await viewer.loads((bitrate) => bitrate === most);
  expect(await viewer.settlesOn(3)).toBe(most);
}, 240_000);

test('in a healthy swarm playlists come from records', async () => {
  const stage = createStage(browser);
  const upstream = await stage.upstream();
  const shoal = await stage.shoal('pull', `${upstream.url}180p/live.m3u8`, '--assume-consent');
  const viewers = await stage.viewers(2, `${shoal.url}watch`);
  await Promise.all(viewers.map((viewer) => viewer.plays(1)));
  for (const viewer of viewers) {
    const written = ({ playlists }) => playlists.records >= 4;
    await viewer.counts('playlists from records', written);
    await viewer.plays(2);
  }
});

/** A live ladder pulled both ways, and a served title; gives the URLs of their playlists. */
async function everyPlaylist(stage) {
  const upstream = await stage.upstream();
  const live = `${upstream.url}live.m3u8`;
  const edge = await stage.shoal('pull', live);
  const theirs = await stage.shoal('pull', live, '--delivery', 'upstream');
  const title = await stage.shoal('serve', 'media');
  const [first] = (await (await fetch(`${edge.url}hls/stream/index.m3u8`)).text())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const urls = [
    `${edge.url}hls/stream/index.m3u8`,
    new URL(first, `${edge.url}hls/stream/index.m3u8`).href,
    `${theirs.url}hls/stream/index.m3u8`,
    `${title.url}hls/clip/index.m3u8`,
  ];
  return { urls };
}
