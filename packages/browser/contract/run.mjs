/**
 * Runs the port contracts that need a real browser; prints one line a case, fails when one fails.
 */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Gives each case by name, with what went wrong. `executablePath`: a Chromium; `args`: its flags.
 */
export async function runContracts({ executablePath = '/usr/bin/chromium', args = FLAGS } = {}) {
  const script = await bundle();
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script, type: 'module' });
    await page.waitForFunction('window.contracts !== undefined');
    return await page.evaluate('window.contracts');
  } finally {
    await browser.close();
  }
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

async function bundle() {
  const [{ output }] = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      write: false,
      minify: false,
      lib: { entry: at('./page.ts'), formats: ['es'], fileName: 'page' },
    },
  });
  return output[0].code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = await runContracts();
  for (const { name, error } of results)
    console.log(`${error ? 'FAIL' : 'ok  '} ${name} ${error ?? ''}`);
  process.exitCode = results.some(({ error }) => error) ? 1 : 0;
}
