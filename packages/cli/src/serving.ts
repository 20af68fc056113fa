/** Runs a server until the process is told to stop. */
import type { RunningServer } from '@shoal/server';

/** Starts, prints where it is, and closes on Ctrl-C or SIGTERM; a second signal ends at once. */
export async function serveUntilStopped(start: () => Promise<RunningServer>): Promise<void> {
  const stop = firstSignal();
  const server = await Promise.race([start(), stop.then(() => undefined)]);
  if (server === undefined) return;
  process.stdout.write(`${server.banner}\n`);
  await stop;
  await server.close();
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const signalled = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGINT', signalled);
    process.on('SIGTERM', signalled);
  });
}
