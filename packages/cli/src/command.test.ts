import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/shoal.mjs', import.meta.url));

it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, and then ends well', async (signal) => {
  const child = spawn(process.execPath, [BIN, 'dev', '--port', '0'], { stdio: 'pipe' });
  const closed = once(child, 'close');
  const banner = await printed(child.stdout, 'Ctrl-C');
  const base = /http:\/\/127\.0\.0\.1:\d+\//.exec(banner)?.[0] ?? '';
  expect((await fetch(`${base}healthz`)).status).toBe(200);
  child.kill(signal);
  expect(await closed).toEqual([0, null]);
});

it.each([[['--help']], [['simulate', '--list']]])(
  'ends well when nobody reads what it prints: %j',
  async (args) => {
    const child = spawn(process.execPath, [BIN, ...args], { stdio: 'pipe' });
    child.stdout.destroy();
    const [said, ended] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect([said, ended]).toEqual(['', [0, null]]);
  },
);

it('says in one sentence that it cannot print', async () => {
  const readOnly = openSync(BIN, 'r');
  const child = spawn(process.execPath, [BIN, '--help'], { stdio: ['ignore', readOnly, 'pipe'] });
  closeSync(readOnly);
  const [said, ended] = await Promise.all([text(child.stderr!), once(child, 'close')]);
  expect(said).toMatch(/^shoal: .*bad file descriptor.*\n$/);
  expect(ended).toEqual([1, null]);
});

/** What a stream says until `words` have come. */
async function printed(stream: NodeJS.ReadableStream, words: string): Promise<string> {
  let said = '';
  for await (const chunk of stream) {
    said += String(chunk);
    if (said.includes(words)) return said;
  }
  throw new Error(`it ended after: ${said}`);
}
