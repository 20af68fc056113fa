/** `shoal pull`: signs somebody else's HLS and lets its audience carry it. */
import { startPull } from '@shoal/server';
import { type Command, Option } from 'commander';
import { readName } from './option-values.js';
import { serveUntilStopped } from './serving.js';
import { addSharedOptions, type SharedValues, sharedOptions } from './shared-options.js';

interface PullValues extends SharedValues {
  readonly name: string;
  readonly delivery: 'edge' | 'upstream';
  readonly files?: string;
  readonly allowPrivate?: boolean;
}

export function addPull(program: Command): void {
  const command = program
    .command('pull')
    .summary('sign an HLS stream that is already on the web')
    .description(
      `Fetches each segment of an HLS stream once, signs it, and serves playlists that let viewers
pass it to each other. The stream itself stays as it is.`,
    )
    .argument('<url>', 'address of the playlist, live or VOD')
    .option('--name <name>', 'name of the stream', readName, 'stream')
    .addOption(
      new Option('--delivery <by>', 'who sends segments: our edge, or the servers they are on')
        .choices(['edge', 'upstream'])
        .default('edge'),
    )
    .option('--files <folder>', 'where the segments are on this machine, so that none is fetched')
    .option('--allow-private', 'let the playlist name other hosts in private networks')
    .addHelpText('after', EXAMPLES);
  addSharedOptions(command).action((url: string, values: PullValues) =>
    serveUntilStopped(() =>
      startPull({
        ...sharedOptions(values),
        url,
        name: values.name,
        delivery: values.delivery,
        files: values.files,
        allowPrivate: values.allowPrivate ?? false,
      }),
    ),
  );
}

const EXAMPLES = `
Examples:
  shoal pull https://example.org/live/index.m3u8
  shoal pull https://cdn.example.org/title/index.m3u8 --delivery upstream --port 9000
`;
