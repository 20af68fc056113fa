/** `npm run test:http-cache`: the public HTTP cache tests against our edge. */
import { execFile, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { prepareSuite, publishedOf, testsOf } from './suite.mjs';
import { failuresOf, tableOf } from './table.mjs';

const HELP = `npm run test:http-cache -- [options]

  --id TEST    one test, with all that was sent and answered
  --write      keeps the results in docs/http-cache.json

Ends with an error when a behaviour is not met that docs/http-cache.md does not explain.`;

const SHOAL = new URL('../../packages/cli/bin/shoal.mjs', import.meta.url).pathname;
const DOCS = new URL('../../docs/', import.meta.url);
const RIVALS = {
  squid: 'Squid 4.13',
  apache: 'Apache httpd 2.4.46',
  trafficserver: 'Traffic Server 8.0.8',
  varnish: 'Varnish 6.4',
  nginx: 'nginx 1.18',
};

const { values } = parseArgs({
  options: {
    id: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(HELP);
else await main();

async function main() {
  const folder = await prepareSuite(console.log);
  const results = await againstEdge(folder);
  if (values.id !== '') return;
  const tests = await testsOf(folder);
  const rivals = Object.entries(RIVALS).map(async ([file, name]) => [
    name,
    await publishedOf(folder, file),
  ]);
  console.log(tableOf(tests, [['shoal edge', results], ...(await Promise.all(rivals))]));
  const failures = failuresOf(tests, results);
  for (const { id, kind, said } of failures) console.log(`${kind} ${id}: ${said}`);
  if (values.write) {
    await writeFile(new URL('http-cache.json', DOCS), `${JSON.stringify(results, null, 2)}\n`);
  }
  const explained = await readFile(new URL('http-cache.md', DOCS), 'utf8').catch(() => '');
  const news = failures.filter(({ id }) => !explained.includes(`\`${id}\``));
  if (news.length === 0) return;
  console.error(`not met, and not explained: ${news.map(({ id }) => id).join(', ')}`);
  process.exitCode = 1;
}

/** Starts the package's server, our edge before it, and the package's client. */
async function againstEdge(folder) {
  const [origin, port] = [await freePort(), await freePort()];
  const server = start(process.execPath, ['server/server.mjs'], {
    cwd: folder,
    env: settings({
      port: origin,
      protocol: 'http',
      pidfile: join(tmpdir(), `suite-${origin}.pid`),
    }),
  });
  await accepting(origin, server);
  const url = `http://localhost:${origin}`;
  const flags = ['--origin', url, '--forward', 'requests', '--port', port, '--log-level', 'error'];
  const edge = start(process.execPath, [SHOAL, 'edge', ...flags.map(String)], {});
  try {
    await accepting(port, edge);
    const env = settings({ base: `http://127.0.0.1:${port}`, id: values.id });
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', 'cli.mjs'], {
      ...{ cwd: folder, env, maxBuffer: 2 ** 26 },
    });
    if (values.id !== '') console.log(stdout);
    return values.id === '' ? JSON.parse(stdout) : {};
  } finally {
    server.kill();
    edge.kill();
  }
}

/** The package takes its settings as npm gives them to scripts. */
function settings(config) {
  const npm = Object.entries(config).map(([name, value]) => [
    `npm_package_config_${name}`,
    `${value}`,
  ]);
  return { ...process.env, ...Object.fromEntries(npm) };
}

function start(command, args, options) {
  const stdio = ['ignore', values.id === '' ? 'ignore' : 'inherit', 'inherit'];
  return spawn(command, args, { stdio, ...options });
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function accepting(port, child) {
  for (let turn = 0; turn < 400; turn += 1) {
    if (child.exitCode !== null) throw new Error(`it ended at once, with code ${child.exitCode}`);
    const open = await new Promise((resolve) => {
      const socket = connect(port, 'localhost', () => resolve(true));
      socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing accepts connections on ${port}`);
}
