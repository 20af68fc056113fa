/** Bad input to the command: one sentence, a non-zero exit, no stack trace. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at } from '../tools/house/root.mjs';
import { freePort, listen } from './harness/http.mjs';
import { runShoal } from './harness/shoal.mjs';

let folder = '';
let site;

beforeAll(async () => {
  mkdirSync(at('.cache'), { recursive: true });
  folder = mkdtempSync(at('.cache/e2e-bad-'));
  site = await listen((request, response) => {
    if (request.url === '/missing.m3u8') return response.writeHead(404).end();
    response.end(request.url === '/page.m3u8' ? '<!doctype html><p>Not found' : '#EXTM3U\n');
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await site.close();
});

const CASES = {
  'a playlist that is a web page': () => ['pull', `${site.url}page.m3u8`],
  'a playlist with nothing in it': () => ['pull', `${site.url}empty.m3u8`],
  'an upstream that answers 404': () => ['pull', `${site.url}missing.m3u8`],
  'an upstream that cannot be reached': async () => {
    return ['pull', `http://127.0.0.1:${await freePort()}/index.m3u8`];
  },
  'a URL that is none': () => ['pull', 'not a url'],
  'a folder that is empty': () => ['serve', made('empty')],
  'a folder that does not exist': () => ['serve', `${folder}/nowhere`],
  'a playlist in a folder that is none': () => {
    writeFileSync(`${made('text')}/index.m3u8`, 'not a playlist');
    return ['serve', `${folder}/text`];
  },
  'a folder that cannot be read': () => {
    const path = made('locked');
    chmodSync(path, 0o000);
    return ['serve', process.getuid?.() === 0 ? `${path}/inside` : path];
  },
  'a port that is taken': () => ['serve', 'media', '--port', String(site.port)],
  'a port that is none': () => ['serve', 'media', '--port', '70000'],
  'a verb that does not exist': () => ['levitate'],
};

test.each(Object.keys(CASES))('%s', async (name) => {
  const args = await CASES[name]();
  if (!args.includes('--port') && args[0] !== 'levitate') args.push('--port', '0');
  const shoal = runShoal(args);
  const code = await Promise.race([shoal.ended, stuck(shoal)]);
  expect({ code, text: shoal.output() }).toMatchObject({ code: expect.any(Number) });
  expect(code).toBeGreaterThan(0);
  const text = shoal.output().trim();
  expect(text).not.toMatch(/\n\s+at /);
  expect(text).not.toMatch(/node:internal|\[object/);
  expect(text.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(2);
  expect(text.length).toBeGreaterThan(20);
});

function made(name) {
  mkdirSync(`${folder}/${name}`, { recursive: true });
  return `${folder}/${name}`;
}

/** Ends a command that should have ended by itself, so that the test says so. */
async function stuck(shoal) {
  await new Promise((done) => setTimeout(done, 20_000).unref());
  await shoal.close();
  return `still running: ${shoal.output()}`;
}
