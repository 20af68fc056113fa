/** The disk tier of an edge that is killed in the middle of writing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/shoal.mjs', import.meta.url));
const BYTES = 400_000;
let folder: string;
let origin: Server;
let asked: Set<string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-kill-'));
  asked = new Set();
  origin = createServer((req, res) => {
    asked.add(req.url ?? '');
    res.writeHead(200, { 'cache-control': 'max-age=3600' }).end(bodyOf(req.url ?? ''));
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => origin.close(resolve).closeAllConnections());
  rmSync(folder, { recursive: true, force: true });
});

it('serves nothing partial after kill -9, and what was whole from disk', async () => {
  const paths = Array.from({ length: 60 }, (_, i) => `/${i}.m4s`);
  let fromDisk = 0;
  for (const killAfter of [5, 20, 40]) {
    const edge = await startEdge();
    const killed = once(edge.child, 'exit');
    let done = 0;
    await Promise.allSettled(
      paths.map(async (path) => {
        await fetch(edge.url + path).then((answer) => answer.arrayBuffer());
        done += 1;
        if (done === killAfter) edge.child.kill('SIGKILL');
      }),
    );
    edge.child.kill('SIGKILL');
    await killed;

    const next = await startEdge();
    asked.clear();
    for (const path of paths) {
      const answer = await fetch(next.url + path);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.equals(bodyOf(path)), path).toBe(true);
    }
    fromDisk += paths.filter((path) => !asked.has(path)).length;
    next.child.kill('SIGKILL');
    await once(next.child, 'exit');
  }
  expect(fromDisk).toBeGreaterThan(0);
  const last = await startEdge();
  expect(readdirSync(join(folder, 'drafts'))).toHaveLength(1);
  last.child.kill('SIGTERM');
  expect(await once(last.child, 'exit')).toEqual([0, null]);
});

async function startEdge(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const upstream = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
  const args = ['edge', '--origin', upstream, '--port', '0', '--disk', folder];
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes('Ctrl-C')) break;
  }
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+(?=\/api)/.exec(said) ?? [];
  return { child, url };
}

/** Other bytes for every path. */
function bodyOf(path: string): Buffer {
  const seed = createHash('sha256').update(path).digest();
  return Buffer.alloc(BYTES, seed);
}
