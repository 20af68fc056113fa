/** The command as people call it: found by npx in the checkout, and gone when npx is gone. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { at, ROOT } from '../tools/house/root.mjs';
import { freePort } from './harness/http.mjs';
import { until } from './harness/until.mjs';

test('npx shoal serves, says when it is ready, and ends with npx', async () => {
  mkdirSync(at('.cache'), { recursive: true });
  const state = mkdtempSync(at('.cache/e2e-state-'));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const port = await freePort();
  const args = ['shoal', 'serve', 'media', '--port', String(port), '--state', state];
  const npx = spawn('npx', args, { cwd: ROOT, stdio: 'ignore' });
  onTestFinished(() => npx.kill('SIGKILL'));
  const status = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      (answer) => answer.status,
      () => undefined,
    );
  await until('healthz to answer', async () => (await status()) === 200);
  const page = await fetch(`http://127.0.0.1:${port}/watch/clip`);
  expect(page.status).toBe(200);
  npx.kill('SIGTERM');
  await until('the port to be free', async () => (await status()) === undefined);
});
