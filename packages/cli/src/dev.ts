/** `shoal dev`: the demo, with a bundled clip. */
import { startDev } from '@shoal/server';
import type { Command } from 'commander';
import { addLiveBeside, type LiveValues, liveBeside } from './live-options.js';
import { serveUntilStopped } from './serving.js';
import { addSharedOptions, type SharedValues, sharedOptions } from './shared-options.js';

export function addDev(program: Command): void {
  const command = program
    .command('dev')
    .summary('run the demo on this machine')
    .description(
      `Serves a bundled clip as a live channel and as a title, with a page that shows a small swarm
at work. Viewers of the demo upload without being asked.`,
    )
    .addHelpText('after', EXAMPLES);
  addSharedOptions(addLiveBeside(command)).action((values: SharedValues & LiveValues) =>
    serveUntilStopped(() =>
      startDev({
        ...sharedOptions(values),
        assumeConsent: true,
        live: liveBeside(values, 'camera'),
      }),
    ),
  );
}

const EXAMPLES = `
Examples:
  shoal dev
  shoal dev --live
  PORT=9000 shoal dev
`;
