/** `shoal live`: publishers send, viewers watch two or three seconds behind. */
import { type LiveStreamOption, startLive } from '@shoal/server';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readMebibytes, readName, readPort, readSpan } from './option-values.js';
import { serveUntilStopped } from './serving.js';
import { addSharedOptions, type SharedValues, sharedOptions } from './shared-options.js';

interface LiveValues extends SharedValues {
  readonly stream?: readonly LiveStreamOption[];
  readonly rtmpPort: number;
  readonly srtPort?: number;
  readonly test?: boolean;
  readonly ladder?: readonly number[];
  readonly part: number;
  readonly segment: number;
  readonly window?: number;
  readonly disk?: number;
  readonly endAfter?: number;
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
    .option(
      '--stream <name[=key]>',
      'a stream, and the key to publish it with (default: a random one, kept); may be repeated',
      addStream,
    )
    .option('--rtmp-port <number>', 'port for RTMP', readPort, 1935)
    .option(
      '--srt-port <number>',
      'port for SRT: of the first stream, the next for the next',
      readPort,
    )
    .option('--ladder <heights>', 'qualities to encode, such as 1080p,720p,480p', readLadder)
    .addOption(
      new Option('--part <time>', 'length of a part, 200ms to 1s')
        .default(500, '500ms')
        .argParser(readLength),
    )
    .addOption(
      new Option('--segment <time>', 'length of a segment, 1s to 10s')
        .default(2000, '2s')
        .argParser(readLength),
    )
    .option('--window <time>', 'how far viewers may go back (default: 1 min)', readSpan)
    .option(
      '--disk <MiB>',
      'disk for the window of each stream; without, it is in memory',
      readMebibytes,
    )
    .option(
      '--end-after <time>',
      'a stream without publisher has ended then (default: 1 min)',
      readSpan,
    )
    .addHelpText('after', EXAMPLES);
  addSharedOptions(command).action((file: string | undefined, values: LiveValues) =>
    serveUntilStopped(() => startLive(liveOptions(file, values))),
  );
}

function liveOptions(
  file: string | undefined,
  values: LiveValues,
): Parameters<typeof startLive>[0] {
  const { window, disk, endAfter } = values;
  return {
    ...sharedOptions(values),
    streams: values.stream ?? [{ name: 'live' }],
    rtmpPort: values.rtmpPort,
    srtPort: values.srtPort,
    input: values.test
      ? { type: 'test', width: 1280, height: 720 }
      : file === undefined
        ? undefined
        : { type: 'file', path: file },
    ladder: values.ladder,
    live: {
      partMs: values.part,
      segmentMs: values.segment,
      ...(window === undefined ? {} : { windowMs: window }),
      ...(disk === undefined ? {} : { diskBytesMax: disk }),
      ...(endAfter === undefined ? {} : { endAfterMs: endAfter }),
    },
  };
}

function addStream(text: string, before: readonly LiveStreamOption[] = []): LiveStreamOption[] {
  const mark = text.indexOf('=');
  const name = readName(mark < 0 ? text : text.slice(0, mark));
  if (before.some((one) => one.name === name)) {
    throw new InvalidArgumentError(`"${name}" is named twice.`);
  }
  return [...before, { name, key: mark < 0 ? undefined : text.slice(mark + 1) }];
}

function readLadder(text: string): readonly number[] {
  const heights = text.split(',').map((rung) => Number(/^(\d{3,4})p?$/.exec(rung.trim())?.[1]));
  if (heights.length > 6 || !heights.every((height) => height >= 144 && height <= 2160)) {
    throw new InvalidArgumentError('A ladder is up to six heights such as 1080p,720p,480p.');
  }
  return [...new Set(heights)].sort((a, b) => b - a);
}

function readLength(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s)$/.exec(text.trim());
  if (found === null) throw new InvalidArgumentError('A length is written such as 500ms or 2s.');
  return Number(found[1]) * (found[2] === 's' ? 1000 : 1);
}

const EXAMPLES = `
Examples:
  shoal live --test
  shoal live --host 0.0.0.0 --public-url https://example.org/live
  shoal live --stream stage --stream hall --srt-port 9000 --window "2 h" --disk 20000
  shoal live ./film.mp4 --ladder 720p,480p
`;
