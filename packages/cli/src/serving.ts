/** Runs a server until the process is told to stop. */
import type { RunningServer } from '@shoal/server';
import { listenForSignals } from './signals.js';

/** Starts, prints where it is, and closes on Ctrl-C or SIGTERM; a second signal ends at once. */
export async function serveUntilStopped(start: () => Promise<RunningServer>): Promise<void> {
  const signals = listenForSignals();
  try {
    const server = await start();
    if (!signals.heard) process.stdout.write(`${server.banner}\n`);
    await signals.first;
    await server.close();
  } finally {
    signals.undo();
  }
}
