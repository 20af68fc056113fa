/** `shoal live`: publishers send, viewers watch two or three seconds behind. */
import { startLive } from '@shoal/server';
import type { Command } from 'commander';
import { addLiveOptions, type LiveValues, liveParts } from './live-options.js';
import { serveUntilStopped } from './serving.js';
import { addSharedOptions, type SharedValues, sharedOptions } from './shared-options.js';

interface Values extends SharedValues, LiveValues {
  readonly test?: boolean;
}

export function addLive(program: Command): void {
  const command = program
    .command('live')
    .summary('serve what an encoder sends, at low latency')
    .description(
      `Takes live streams from OBS, ffmpeg or any encoder by RTMP or SRT, packages them with parts
for low latency, signs them, and serves them. Needs ffmpeg.`,
    )
    .argument('[file]', 'a video file in place of a publisher, over and over')
    .option('--test', 'a test picture in place of a publisher')
    .addHelpText('after', EXAMPLES);
  addSharedOptions(addLiveOptions(command)).action((file: string | undefined, values: Values) =>
    serveUntilStopped(() => startLive(liveOptions(file, values))),
  );
}

function liveOptions(file: string | undefined, values: Values): Parameters<typeof startLive>[0] {
  return {
    ...sharedOptions(values),
    ...liveParts(values),
    input: values.test
      ? { type: 'test', width: 1280, height: 720 }
      : file === undefined
        ? undefined
        : { type: 'file', path: file },
  };
}

const EXAMPLES = `
Examples:
  shoal live --test
  shoal live --host 0.0.0.0 --public-url https://example.org/live
  shoal live --stream stage --stream hall --srt-port 9000 --window "2 h" --disk 20000
  shoal live ./film.mp4 --ladder 720p,480p
  shoal live --encrypt aes-128 --rotate "5 min"
`;
