/** `npm run bench:disk`: how soon an edge serves after a restart with a full disk tier. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `npm run bench:disk -- [options]

  --gigabytes N   what is cached before the restart (10)
  --bytes N       of one object (200000)
  --folder DIR    where (a new folder of the temporary directory)

Fills the disk tier through an edge, ends it, drops what the kernel has cached if it may, starts it
again without an origin, and asks for objects.`;

const BIN = new URL('../../packages/cli/bin/shoal.mjs', import.meta.url).pathname;

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '10' },
    bytes: { type: 'string', default: '200000' },
    folder: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(HELP);
else await main();

async function main() {
  const bytes = Number(values.bytes);
  const count = Math.floor((Number(values.gigabytes) * 1e9) / bytes);
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'shoal-bench-disk-'));
  const body = Buffer.alloc(bytes, 7);
  const origin = createServer((_req, res) =>
    res.writeHead(200, { 'cache-control': 'max-age=86400', 'content-length': bytes }).end(body),
  );
  await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));
  try {
    const from = `http://127.0.0.1:${origin.address().port}`;
    const fill = await startEdge(from, folder);
    const disk = await fillWith(fill.url, count);
    await fill.stop();
    origin.close();
    const cold = dropCaches();
    const again = await startEdge(from, folder);
    const first = await timed(() => get(`${again.url}/0.m4s`));
    const reads = [];
    for (let i = 1; i <= 200; i += 1) {
      reads.push(await timed(() => get(`${again.url}/${Math.floor((i * count) / 201)}.m4s`)));
    }
    reads.sort((a, b) => a - b);
    const hits = [];
    for (let i = 0; i < 200; i += 1) hits.push(await timed(() => get(`${again.url}/0.m4s`)));
    hits.sort((a, b) => a - b);
    console.log(
      [
        `${disk.objects} objects, ${(disk.bytes / 1e9).toFixed(1)} GB, page cache ${cold}`,
        `from start to listening: ${again.ms.toFixed(0)} ms; first object: ${first.toFixed(0)} ms`,
        `an object from disk: median ${reads[100].toFixed(1)} ms, p99 ${reads[197].toFixed(1)} ms`,
        `the same from memory: median ${hits[100].toFixed(1)} ms`,
      ].join('\n'),
    );
    await again.stop();
  } finally {
    origin.close();
    if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** What comes faster than the disk takes it is not written: it is asked for again. */
async function fillWith(url, count) {
  for (let turn = 0; turn < 6; turn += 1) {
    await askForAll(url, count);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { disk } = await (await fetch(`${url}/api/status`)).json();
    if (disk.objects === count) return disk;
  }
  throw new Error('the disk tier does not fill');
}

async function askForAll(url, count) {
  let next = 0;
  const one = async () => {
    while (next < count) {
      next += 1;
      await get(`${url}/${next - 1}.m4s`);
    }
  };
  await Promise.all(Array.from({ length: 2 }, one));
}

async function get(url) {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${answer.status} for ${url}`);
}

async function timed(work) {
  const at = performance.now();
  await work();
  return performance.now() - at;
}

async function startEdge(origin, folder) {
  const at = performance.now();
  const size = Math.ceil(Number(values.gigabytes) * 1100);
  const flags = ['--port', '0', '--disk', folder, '--disk-size', `${size}`, '--cache', '128'];
  const args = [BIN, 'edge', '--origin', origin, ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  let said = '';
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes('Ctrl-C')) break;
  }
  const [url] = /http:\/\/127\.0\.0\.1:\d+(?=\/api)/.exec(said);
  const stop = async () => {
    child.kill();
    await ended;
  };
  return { url, ms: performance.now() - at, stop };
}

/** Whether what is on disk has to come from there: only root may say so. */
function dropCaches() {
  try {
    execFileSync('sh', ['-c', 'sync; echo 3 > /proc/sys/vm/drop_caches'], { stdio: 'ignore' });
    return 'dropped';
  } catch {
    return 'warm';
  }
}
