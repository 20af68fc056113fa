/** Real Chromium with real WebRTC between its pages. */
import { chromium } from 'playwright-core';
import { findChromium } from '../../tools/house/chromium.mjs';

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

/** Launches Chromium; close it when the file is done. */
export async function openBrowser() {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('Chromium is missing: npm test installs it');
  return chromium.launch({ executablePath, args: FLAGS, headless: true });
}
