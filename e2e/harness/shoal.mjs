/** Runs `shoal` as a user would, and stops it again. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { at } from '../../tools/house/root.mjs';
import { freePort } from './http.mjs';
import { until } from './until.mjs';

/** Starts `shoal <args> --port <free>` and waits until it is healthy. */
export async function startShoal(args) {
  const port = await freePort();
  const shoal = runShoal([...args, '--port', String(port)]);
  const url = `http://127.0.0.1:${port}/`;
  const healthy = async () => {
    if (shoal.exitCode() !== undefined) throw new Error(`shoal ended: ${shoal.output()}`);
    return fetch(`${url}healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
  };
  await until('shoal to be healthy', healthy, { limitMs: 30_000, describe: shoal.output });
  return { ...shoal, port, url };
}

/** Runs the command; gives its output so far, its exit code, and `close`, which ends it. */
export function runShoal(args) {
  mkdirSync(at('.cache'), { recursive: true });
  const state = mkdtempSync(at('.cache/e2e-state-'));
  const main = at('packages/cli/bin/shoal.mjs');
  const takesState = ['serve', 'pull', 'dev', 'live'].includes(args[0]);
  const all = takesState ? [...args, '--state', state] : args;
  const child = spawn(process.execPath, [main, ...all], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let code;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
  }
  const ended = new Promise((done) => {
    child.on('close', (exit, signal) => {
      code = exit ?? signal;
      rmSync(state, { recursive: true, force: true });
      done(code);
    });
  });
  const close = async () => {
    if (code === undefined) child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(hard);
  };
  return { output: () => text, exitCode: () => code, ended, close };
}
