/** A viewer: one page in a context of its own, and questions about what it plays. */
import { countConnections } from './page-hooks.mjs';
import { until } from './until.mjs';

/**
 * Opens `url` in a fresh context; `hooks` are functions that run in the page before its scripts.
 */
export async function openViewer(browser, url, { hooks = [] } = {}) {
  const context = await browser.newContext({ viewport: { width: 480, height: 300 } });
  for (const hook of [countConnections, ...hooks]) await context.addInitScript(hook);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  await page.goto(url);
  return new Viewer(context, page, errors);
}

class Viewer {
  constructor(context, page, errors) {
    Object.assign(this, { context, page, errors });
  }

  /** What the engine counts; undefined while there is none. */
  stats() {
    return this.page.evaluate(() => window.shoal?.stats());
  }

  /** The video element's state; undefined while there is none. */
  video() {
    return this.page.evaluate(() => {
      const video = window.hls?.media;
      if (!video) return undefined;
      const { currentTime, paused, readyState, error } = video;
      return { currentTime, paused, readyState, error: error?.message };
    });
  }

  /** How many peer connections the page made, and how many are open. */
  connections() {
    return this.page.evaluate(() => ({ made: window.rtc.made(), open: window.rtc.open() }));
  }

  /** Waits until `seconds` more than now have been played. */
  async plays(seconds = 1, limitMs = 45_000) {
    const from = (await this.video())?.currentTime;
    const describe = async () => JSON.stringify([await this.video(), this.errors]);
    const played = async () => {
      const now = await this.video();
      if (now?.error !== undefined) throw new Error(`the video failed: ${now.error}`);
      return now !== undefined && !now.paused && now.currentTime >= (from ?? 0) + seconds;
    };
    await until(`${seconds} s of playback`, played, { limitMs, describe });
  }

  /** Waits until the engine's counters satisfy `holds`, and gives them. */
  async counts(what, holds, limitMs = 60_000) {
    let last;
    const probe = async () => {
      last = await this.stats();
      return last !== undefined && holds(last) ? last : undefined;
    };
    const describe = async () => JSON.stringify(summary(last));
    return until(what, probe, { limitMs, describe });
  }

  /** Starts counting stalls: playback that stops for lack of data. */
  watchStalls() {
    return this.page.evaluate(() => {
      window.stalls = { count: 0 };
      window.hls.media.addEventListener('waiting', () => {
        if (!window.hls.media.seeking) window.stalls.count++;
      });
    });
  }

  /** The stalls since `watchStalls`. */
  stalls() {
    return this.page.evaluate(() => window.stalls);
  }

  /** Waits until `segments` in a row were loaded in one rendition; gives its bit rate. */
  async settlesOn(segments) {
    const alike = ({ length }) => length >= segments;
    return (await this.#loaded(`${segments} segments alike`, alike)).bitrate;
  }

  /** Waits until a segment of a bit rate that `fits` was loaded. */
  async loads(fits) {
    await this.#loaded('another rendition', ({ bitrate }) => bitrate && fits(bitrate));
  }

  /** Waits until the segments loaded from now on are as `holds` wants them. */
  async #loaded(what, holds, limitMs = 60_000) {
    await this.plays(0.1);
    await this.page.evaluate(() => {
      const { hls } = window;
      window.run = { level: -1, length: 0 };
      window.noteSegment ??= (_, { frag }) => {
        if (frag.type !== 'main' || frag.sn === 'initSegment') return;
        const length = frag.level === window.run.level ? window.run.length + 1 : 1;
        window.run = { level: frag.level, length, bitrate: hls.levels[frag.level].bitrate };
      };
      hls.off('hlsFragLoaded', window.noteSegment);
      hls.on('hlsFragLoaded', window.noteSegment);
    });
    const read = () => this.page.evaluate(() => window.run);
    const probe = async () => {
      const now = await read();
      return holds(now) ? now : undefined;
    };
    return until(what, probe, { limitMs, describe: async () => JSON.stringify(await read()) });
  }

  async close() {
    await this.context.close();
  }
}

function summary(stats) {
  if (stats === undefined) return undefined;
  const { segments, neighbours, ...rest } = stats;
  return { ...rest, neighbours: neighbours?.length, segments: segments?.slice(-2) };
}
