/**
 * Access links of the viewers: a network namespace each, its two directions shaped by the kernel.
 */

import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const BRIDGE = 'shoalbench';
const PREFIX = 'sb';

/** Where origin, pages and tracker listen for viewers in namespaces. */
export const BRIDGE_HOST = '10.231.77.1';

/**
 * A bridge and one namespace per viewer; `links[i]` is `{ upKbps, downKbps }`. Needs root.
 * Returns `{ commands, close }`: `commands[i]` runs Chromium inside namespace i.
 */
export async function makeLinks(links, scratchDir) {
  if (process.getuid() !== 0) throw new Error('shaped access links need root (ip netns, tc)');
  await removeLinks(links.length);
  await ip('link', 'add', BRIDGE, 'type', 'bridge');
  await ip('addr', 'add', `${BRIDGE_HOST}/24`, 'dev', BRIDGE);
  await ip('link', 'set', BRIDGE, 'up');
  const commands = [];
  for (const [i, link] of links.entries()) {
    await makeNamespace(i, link);
    commands.push(await wrapper(scratchDir, i));
  }
  return { commands, close: () => removeLinks(links.length) };
}

async function makeNamespace(i, { upKbps, downKbps }) {
  const [name, outer, inner] = [`${PREFIX}${i}`, `${PREFIX}o${i}`, `${PREFIX}i${i}`];
  await ip('netns', 'add', name);
  await ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner);
  await ip('link', 'set', inner, 'netns', name);
  await ip('link', 'set', outer, 'master', BRIDGE, 'up');
  await ip('-n', name, 'link', 'set', 'lo', 'up');
  await ip('-n', name, 'addr', 'add', `10.231.77.${i + 10}/24`, 'dev', inner);
  await ip('-n', name, 'link', 'set', inner, 'up');
  await ip('-n', name, 'route', 'add', 'default', 'via', BRIDGE_HOST);
  await run('tc', ['-n', name, ...shape(inner, upKbps)]);
  await run('tc', shape(outer, downKbps));
}

// A queue of 300 ms: an ordinary home router, neither instant loss nor seconds of bloat.
function shape(device, kbps) {
  const tbf = ['tbf', 'rate', `${kbps}kbit`, 'burst', '8kb', 'latency', '300ms'];
  return ['qdisc', 'add', 'dev', device, 'root', ...tbf];
}

async function wrapper(dir, i) {
  await mkdir(dir, { recursive: true });
  const path = join(dir, `chromium-${PREFIX}${i}.sh`);
  await writeFile(path, `#!/bin/sh\nexec ip netns exec ${PREFIX}${i} /usr/bin/chromium "$@"\n`);
  await chmod(path, 0o755);
  return path;
}

async function removeLinks(count) {
  for (let i = 0; i < count; i += 1) {
    await ip('netns', 'del', `${PREFIX}${i}`).catch(() => {});
    await ip('link', 'del', `${PREFIX}o${i}`).catch(() => {});
  }
  await ip('link', 'del', BRIDGE).catch(() => {});
}

const ip = (...args) => run('ip', args);
