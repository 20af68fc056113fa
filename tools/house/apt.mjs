/**
 * Installs what tests need beside npm's packages, where that is allowed: Debian and its kin, as
 * root.
 */
import { existsSync } from 'node:fs';
import { run } from './command.mjs';

/** Says what went wrong and goes on: whoever asked looks again whether it is there. */
export async function installWithApt(name) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  console.log(`Installing ${name} (apt-get)…`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env });
  const args = ['install', '-q', '-y', '--no-install-recommends', name];
  const { code, output } = await run('apt-get', args, { env });
  if (code !== 0) console.error(output.trim().split('\n').slice(-5).join('\n'));
}
