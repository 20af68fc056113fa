/** The `shoal` program: runs the command line it was started with. */
import { run } from './program.js';
import { firstLineOf } from './sentence.js';

for (const stream of [process.stdout, process.stderr]) stream.on('error', onUnwritten);

process.exitCode = await run(process.argv);

/** A reader that closes its pipe has read enough, as `head` has: that is no failure. */
function onUnwritten(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`shoal: ${firstLineOf(error)}\n`);
  process.exit(1);
}
