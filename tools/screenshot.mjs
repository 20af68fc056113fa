/** Takes the README's picture of the demo: light or dark, once peers carry what they can. */
import { openBrowser } from '../e2e/harness/browser.mjs';
import { startShoal } from '../e2e/harness/shoal.mjs';
import { at } from './house/root.mjs';

const SIZE = { width: 1280, height: 690 };
const LIMIT_MS = 120_000;

const shoal = await startShoal(['dev']);
const browser = await openBrowser();
try {
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ viewport: SIZE, colorScheme });
    await page.goto(shoal.url);
    await page.waitForFunction(isFull, undefined, { timeout: LIMIT_MS });
    await page.screenshot({ path: at(`docs/images/demo-${colorScheme}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  await shoal.close();
}

/** Whether the page has shown nearly the best offload that four viewers can have for a while. */
function isFull() {
  const shown = document.querySelector('.summary .lead dd')?.textContent ?? '';
  window.full = Number.parseFloat(shown) >= 73 ? (window.full ?? 0) + 1 : 0;
  return window.full > 300;
}
