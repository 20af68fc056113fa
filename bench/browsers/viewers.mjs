/** The viewers: headless Chromium, a context each, or a browser each where links are shaped. */

import { chromium } from 'playwright-core';
import { BRIDGE_HOST, makeLinks } from './network.mjs';
import { childrenOf } from './processes.mjs';
import { pageShim } from './shim.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--mute-audio',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

/** How long a page may take to report; on a machine that is late it takes its time. */
const REPORT_MS = 20_000;

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0';

/**
 * Opens the browsers of a run: `{ pids, warmUp(url), prepare(viewer), close() }`. Pages are of the
 * picture's `size`, which every engine's page fills: scaling costs more than playing.
 */
export async function openBrowsers(links, scratchDir, size) {
  const before = new Set(childrenOf(process.pid));
  const network = links ? await makeLinks(links, scratchDir) : undefined;
  const browsers = [];
  for (const command of network?.commands ?? ['/usr/bin/chromium']) {
    browsers.push(await launch(command, network));
  }
  const pids = childrenOf(process.pid).filter((pid) => !before.has(pid));
  return {
    pids,
    warmUp: (url) => Promise.all(browsers.map((browser) => warmUp(browser, url))),
    prepare: (viewer) => prepareViewer(browsers[viewer % browsers.length], viewer, size),
    async close() {
      await Promise.allSettled(browsers.map((browser) => browser.close()));
      await network?.close();
    },
  };
}

// In a namespace 127.0.0.1 is the bridge's host: URLs, and what pages and playlists name, stay
// the same, and the origin counts as secure as it does without namespaces.
function launch(executablePath, network) {
  const args = network ? [...FLAGS, `--host-resolver-rules=MAP 127.0.0.1 ${BRIDGE_HOST}`] : FLAGS;
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({ executablePath, args, headless: true, ...signals });
}

/** Plays for a moment, so that no viewer pays for a browser's first page, socket and decoder. */
async function warmUp(browser, url) {
  const page = await browser.newPage();
  await page.goto(url);
  await page
    .waitForFunction(() => document.querySelector('video').currentTime > 0.2)
    .catch(() => {});
  await page.context().close();
}

/** A page that waits on about:blank, so that making it is not part of the viewer's start-up. */
async function prepareViewer(browser, viewer, viewport) {
  const context = await browser.newContext({
    userAgent: `${AGENT} bench-viewer/${viewer}`,
    viewport,
  });
  await context.addInitScript(pageShim);
  const page = await context.newPage();
  const messages = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) messages.push(message.text().slice(0, 300));
  });
  page.on('crash', () => messages.push('the page crashed'));
  return new Viewer(viewer, context, page, messages);
}

class Viewer {
  constructor(id, context, page, messages) {
    Object.assign(this, { id, context, page, messages, report: undefined });
  }

  /** Navigates and does not wait: a page that never finishes loading is a result too. */
  arrive(url) {
    this.arrivedMs = Date.now();
    this.page.goto(url, { waitUntil: 'commit', timeout: 60_000 }).catch((error) => {
      this.messages.push(`navigation: ${error.message.split('\n')[0]}`);
    });
  }

  /** Takes the page's report, once. */
  async collect() {
    if (this.report || this.arrivedMs === undefined) return;
    const asked = this.page.evaluate(() => window.benchReport?.());
    const late = new Promise((resolve) => setTimeout(resolve, REPORT_MS));
    this.report = await Promise.race([asked, late]).catch(() => undefined);
    this.collectedMs = Date.now();
  }

  /**
   * Closes the tab as a viewer does: no goodbye from the bench, only what the page itself sends.
   */
  async leave() {
    await this.collect();
    await this.context.close().catch(() => {});
  }

  result() {
    const { id, arrivedMs, collectedMs, messages, report } = this;
    return { id, arrivedMs, collectedMs, messages, ...report };
  }
}
