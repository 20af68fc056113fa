/** What is compared: each engine started in front of the same origin, with one worker. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SHOAL = new URL('../../packages/cli/bin/shoal.mjs', import.meta.url).pathname;

/** The command line of each engine; the folder holds its files and goes with it. */
const COMMANDS = {
  shoal: async ({ port, origin, node }) => [
    ...[node, SHOAL, 'edge', '--origin', `http://127.0.0.1:${origin}`],
    ...['--port', port, '--log-level', 'silent'],
  ],
  nginx: async ({ port, origin, folder }) => {
    await writeFile(join(folder, 'nginx.conf'), nginxConf(port, origin, folder));
    return ['nginx', '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
  },
  varnish: async ({ port, origin, folder }) => [
    ...['varnishd', '-F', '-j', 'none', '-n', join(folder, 'v'), '-a', `127.0.0.1:${port}`],
    ...['-b', `127.0.0.1:${origin}`, '-s', 'malloc,512m', '-p', 'thread_pools=1'],
  ],
};

export const ENGINES = Object.keys(COMMANDS);

export async function startEngine(name, origin, node) {
  const folder = await mkdtemp(join(tmpdir(), 'shoal-bench-edge-'));
  const port = await freePort();
  const [command, ...args] = await COMMANDS[name]({ port, origin, folder, node });
  const child = spawn(command, args.map(String), { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await accepting(port, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { name, port, stop, cpuSeconds: async () => (await treeTicks(child.pid)) / 100 };
}

/** The cache of nginx is a folder of the temporary directory: the page cache holds what is hot. */
function nginxConf(port, origin, folder) {
  return `worker_processes 1; daemon off; pid ${folder}/pid; user root;
events { worker_connections 8192; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  proxy_cache_path ${folder}/cache levels=1:2 keys_zone=a:10m max_size=1g use_temp_path=off;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://127.0.0.1:${origin}; proxy_http_version 1.1;
      proxy_cache a; proxy_cache_lock on;
    }
  }
}
`;
}

/** User and system time of a process and all below it, in ticks of 10 ms. */
async function treeTicks(root) {
  const stats = new Map();
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    stats.set(Number(pid), { parent: Number(fields[1]), ticks: +fields[11] + +fields[12] });
  }
  const below = (pid) =>
    [...stats].reduce(
      (sum, [child, { parent }]) => (parent === pid ? sum + below(child) : sum),
      stats.get(pid)?.ticks ?? 0,
    );
  return below(root);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function accepting(port, child) {
  for (let turn = 0; turn < 200; turn += 1) {
    if (child.exitCode !== null) throw new Error(`it ended at once, with code ${child.exitCode}`);
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it does not accept connections');
}
