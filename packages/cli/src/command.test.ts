import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** What a stream says until `words` have come. */
async function printed(stream: NodeJS.ReadableStream, words: string): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes(words)) return text;
  }
  throw new Error(`it ended after: ${text}`);
}
