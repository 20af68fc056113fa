/** Finds Chromium, or installs it where that is allowed. */
import { existsSync } from 'node:fs';
import { installWithApt } from './apt.mjs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * The path of a Chromium: the variable CHROMIUM, else a usual place; undefined when there is none.
 */
export function findChromium() {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== '') return existsSync(named) ? named : undefined;
  return PLACES.find((path) => existsSync(path));
}

/** Finds or installs Chromium; throws a sentence that says what to install. */
export async function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  await installWithApt('chromium');
  const installed = findChromium();
  if (installed !== undefined) return installed;
  throw new Error('The browser tests need Chromium: install it, or set CHROMIUM to its path.');
}
