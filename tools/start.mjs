/** `npm start`: installs and builds what is missing, then runs the demo on PORT (8080). */
import { spawn } from 'node:child_process';
import { requireNode } from './house/node-version.mjs';

requireNode();

try {
  const { ensureInstalled } = await import('./house/install.mjs');
  await ensureInstalled();
  const { build } = await import('./build.mjs');
  await build();
  const { at } = await import('./house/root.mjs');
  demo(at('packages/cli/dist/main.js'));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** Runs the demo as a child; what stops this process stops the demo, and its exit code is ours. */
function demo(main) {
  const port = process.env.PORT || '8080';
  const args = [main, 'dev', '--port', port, ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  if (process.env.npm_lifecycle_event !== undefined) endWithParent(child);
  child.on('close', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1);
  });
}

/** npm runs scripts in a shell, which dies of a signal without passing it on. */
function endWithParent(child) {
  const parent = process.ppid;
  const look = () => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  };
  setInterval(look, 500).unref();
}
