/** Options of live streams, for every verb that takes publishers. */
import type { LiveParts, LiveStreamOption } from '@shoal/server';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readMebibytes, readName, readPort, readSpan } from './option-values.js';

/** What commander hands over for them. */
export interface LiveValues {
  readonly live?: true;
  readonly stream?: readonly LiveStreamOption[];
  readonly rtmpPort: number;
  readonly srtPort?: number;
  readonly ladder?: readonly number[];
  readonly part: number;
  readonly segment: number;
  readonly window?: number;
  readonly disk?: number;
  readonly endAfter?: number;
  readonly encrypt?: 'aes-128';
  readonly rotate: number;
}

export function addLiveOptions(command: Command): Command {
  return command
    .optionsGroup('Live streams:')
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
    .addOption(
      new Option('--encrypt <method>', 'encrypt whole segments; there are no parts then').choices([
        'aes-128',
      ]),
    )
    .addOption(
      new Option('--rotate <time>', 'with --encrypt: how long a key is used')
        .default(600_000, '10 min')
        .argParser(readSpan),
    )
    .optionsGroup('Options:');
}

/** `name` is the stream's when none was named. */
export function liveParts(values: LiveValues, name = 'live'): LiveParts {
  const { window, disk, endAfter, encrypt, rotate } = values;
  return {
    streams: values.stream ?? [{ name }],
    rtmpPort: values.rtmpPort,
    srtPort: values.srtPort,
    ladder: values.ladder,
    live: {
      partMs: values.part,
      segmentMs: values.segment,
      ...(window === undefined ? {} : { windowMs: window }),
      ...(disk === undefined ? {} : { diskBytesMax: disk }),
      ...(endAfter === undefined ? {} : { endAfterMs: endAfter }),
      ...(encrypt === undefined ? {} : { rotateKeysMs: rotate }),
    },
  };
}

/** For verbs that serve something else as well. */
export function addLiveBeside(command: Command): Command {
  return addLiveOptions(
    command.option('--live', 'take live streams from publishers too (as "shoal live" does)'),
  );
}

/** Undefined without `--live` and without a named stream. */
export function liveBeside(values: LiveValues, name?: string): LiveParts | undefined {
  return values.live || values.stream !== undefined ? liveParts(values, name) : undefined;
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
