/** `shoal serve`: puts a folder of videos on the web. */
import { startServe } from '@shoal/server';
import type { Command } from 'commander';
import { addLiveBeside, type LiveValues, liveBeside } from './live-options.js';
import { serveUntilStopped } from './serving.js';
import { addSharedOptions, type SharedValues, sharedOptions } from './shared-options.js';

export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .summary('serve a folder of videos')
    .description(
      `Serves every title below a folder: HLS folders as they are, live ones too; MP4, MOV and MKV
files are prepared once with ffmpeg.`,
    )
    .argument('<folder>', 'folder with HLS folders or video files')
    .addHelpText('after', EXAMPLES);
  addSharedOptions(addLiveBeside(command)).action(
    (folder: string, values: SharedValues & LiveValues) =>
      serveUntilStopped(() =>
        startServe({ ...sharedOptions(values), folder, live: liveBeside(values) }),
      ),
  );
}

const EXAMPLES = `
Examples:
  shoal serve ./videos
  shoal serve ./videos --live --stream stage
  shoal serve ./videos --host 0.0.0.0 --port 80 --public-url https://example.org/video
`;
