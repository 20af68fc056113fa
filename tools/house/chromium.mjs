/** Finds Chromium, or installs it where that is allowed: Debian and its kin, as root. */
import { existsSync } from 'node:fs';
import { run } from './command.mjs';

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
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) await installWithApt();
  const installed = findChromium();
  if (installed !== undefined) return installed;
  throw new Error('The browser tests need Chromium: install it, or set CHROMIUM to its path.');
}

async function installWithApt() {
  console.log('Installing Chromium (apt-get)…');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env });
  const args = ['install', '-q', '-y', '--no-install-recommends', 'chromium'];
  const { code, output } = await run('apt-get', args, { env });
  if (code !== 0) console.error(output.trim().split('\n').slice(-5).join('\n'));
}
