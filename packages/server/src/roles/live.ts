/** `shoal live`: channels that are published by RTMP or SRT, or come from a file or a test picture. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShoalError } from '@shoal/core/errors';
import { Channel } from '../live/channel.js';
import { DEFAULT_LIVE, type LiveConfig, MEMORY_WINDOW_MS_MAX } from '../live/config.js';
import { type LiveInput, type LiveOutput, renditionCount } from '../live/encoder-arguments.js';
import { DEFAULT_RTMP, type RtmpServer, startRtmp } from '../live/rtmp/server.js';
import { createRunner, type Runner } from '../live/runner.js';
import { openSegmentDisk, type SegmentDisk } from '../live/segment-disk.js';
import type { Entry } from '../origin/catalog.js';
import { defaultStateDir, ephemeralState, openStateDir } from '../state/state-dir.js';
import { hasFfmpeg } from '../titles/ffmpeg.js';
import { buildHouse, type House, running } from './house.js';
import type { RunningServer, ServerOptions } from './options.js';

export interface LiveStreamOption {
  readonly name: string;
  /** A random one, kept in the state folder, when undefined. */
  readonly key?: string | undefined;
}

/** The live part of a server, alone or beside other streams. */
export interface LiveParts {
  readonly streams: readonly LiveStreamOption[];
  /** 0 takes any free port. */
  readonly rtmpPort: number;
  /** The first channel's; each further one has the next. Undefined: no SRT. */
  readonly srtPort?: number | undefined;
  /** In place of publishers, for the first channel. */
  readonly input?: Extract<LiveInput, { type: 'file' | 'test' }> | undefined;
  /** Heights, best first; undefined: one rendition as it comes. */
  readonly ladder?: readonly number[] | undefined;
  readonly live?: Partial<LiveConfig> | undefined;
}

export interface LiveOptions extends ServerOptions, LiveParts {}

export interface RunningLive extends RunningServer {
  /** Undefined when the channels need no publisher. */
  readonly rtmpPort: number | undefined;
  readonly keys: ReadonlyMap<string, string>;
}

/** Channels of a house. */
export interface OpenLive extends Pick<RunningLive, 'rtmpPort' | 'keys'> {
  readonly entries: readonly Entry[];
  /** What publishers and viewers are told, put into the banner of the server. */
  tell(banner: string): string;
  /** Publishers and encoders go; before the house closes. */
  stop(): Promise<void>;
  /** The window on disk goes; after it. */
  close(): Promise<void>;
}

/** Throws one sentence when ffmpeg is missing or a port is taken. */
export async function startLive(options: LiveOptions): Promise<RunningLive> {
  const house = await buildHouse(options);
  let live: OpenLive | undefined;
  const close = async (): Promise<void> => {
    await live?.stop();
    await house.close();
    await live?.close();
  };
  try {
    live = await openLive(house, options);
    const http = await house.open({});
    const base = running(house, http, headline(options), live.entries);
    const { rtmpPort, keys } = live;
    return { ...base, banner: live.tell(base.banner), rtmpPort, keys, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Adds channels to a house. Throws one sentence when ffmpeg is missing or a port is taken. */
export async function openLive(house: House, parts: LiveParts): Promise<OpenLive> {
  const config = checkLive({ ...DEFAULT_LIVE, ...parts.live });
  if (!(await hasFfmpeg())) throw new ShoalError('server/config', LIVE_FFMPEG_HINT);
  const runners = new Map<string, Runner>();
  const disks: SegmentDisk[] = [];
  let rtmp: RtmpServer | undefined;
  const stop = async (): Promise<void> => {
    for (const runner of runners.values()) runner.close();
    await rtmp?.close();
  };
  const close = async (): Promise<void> => {
    for (const disk of disks) await disk.close();
  };
  try {
    const keys = await readKeys(parts, house);
    const entries: Entry[] = [];
    for (const { name } of parts.streams) {
      if (house.catalog.get(name) !== undefined) {
        throw new ShoalError(
          'server/config',
          `there is a stream "${name}" already; choose another`,
        );
      }
      const disk = await diskOf(house, name, config);
      if (disk !== undefined) disks.push(disk);
      entries.push(addChannel(house, name, parts, config, disk, runners));
    }
    const [first] = runners.values();
    if (parts.input !== undefined) first?.keep(parts.input);
    else {
      rtmp = await openRtmp(house, parts, runners, keys);
      keepSrt(house, parts, runners, keys);
    }
    const port = rtmp?.port;
    const tell = (banner: string): string => withKeys(banner, house, parts, port, keys);
    return { entries, rtmpPort: port, keys, tell, stop, close };
  } catch (error) {
    await stop();
    await close();
    throw error;
  }
}

function addChannel(
  house: House,
  name: string,
  parts: LiveParts,
  config: LiveConfig,
  disk: SegmentDisk | undefined,
  runners: Map<string, Runner>,
): Entry {
  const output: LiveOutput = outputOf(parts);
  const stream = house.newStream(name, name, Math.floor(Date.now() / 1000));
  stream.live = true;
  const { tagOf, log, meters, now } = house;
  const channel = new Channel({
    stream,
    renditions: renditionCount(output),
    config,
    tagOf,
    disk,
    log,
    meters,
    wallNow: () => Date.now(),
  });
  const { segmentMs } = config;
  runners.set(name, createRunner({ channel, name, output, segmentMs, log, now }));
  const entry = { stream, source: channel.source, keeper: channel };
  house.catalog.add(entry);
  return entry;
}

function outputOf({ ladder, input }: LiveParts): LiveOutput {
  if (ladder !== undefined && ladder.length > 0) {
    const rungs = ladder.map((height) => ({
      height,
      // About 0.1 bit a pixel and frame, which veryfast needs for a clean picture.
      videoKbps: Math.max(200, Math.round((height * height * 16 * 30 * 0.08) / 9 / 1000)),
      audioKbps: height >= 720 ? 128 : 96,
    }));
    return { type: 'ladder', rungs };
  }
  return { type: input?.type === 'test' ? 'transcode' : 'copy' };
}

/** Throws `server/config`. */
function checkLive(config: LiveConfig): LiveConfig {
  const { partMs, segmentMs, segmentMsMax } = config;
  const wrong = (sentence: string): never => {
    throw new ShoalError('server/config', sentence);
  };
  if (!(partMs >= 200 && partMs <= 1000)) wrong('a part lasts from 0.2 to 1 second');
  if (!(segmentMs >= 1000 && segmentMs <= 10_000)) wrong('a segment lasts from 1 to 10 seconds');
  if (!(partMs * 2 <= segmentMs && segmentMs <= segmentMsMax))
    wrong('a segment has two parts at least');
  if (config.windowMs > MEMORY_WINDOW_MS_MAX && config.diskBytesMax <= 0)
    wrong('a window of more than 10 minutes needs disk: say how much with --disk');
  if (config.rotateKeysMs !== 0 && !(config.rotateKeysMs >= config.segmentMs))
    wrong('a key lasts for a segment at least');
  return config;
}

async function readKeys(
  { streams }: LiveParts,
  { options, statePath }: House,
): Promise<ReadonlyMap<string, string>> {
  const state =
    options.stateDir === 'memory'
      ? ephemeralState()
      : await openStateDir(statePath ?? defaultStateDir());
  const keys = new Map<string, string>();
  for (const { name, key } of streams) {
    const made = (): Buffer => Buffer.from(`${name}-${randomBytes(12).toString('hex')}`);
    const known = key ?? (await state.secret(`publish-${name}.key`, made)).toString('utf8').trim();
    if (!/^[\w.-]{10,79}$/.test(known)) {
      throw new ShoalError(
        'server/config',
        `the key of "${name}" must have 10 to 79 letters, digits, dots, dashes or underscores`,
      );
    }
    keys.set(name, known);
  }
  if (new Set(keys.values()).size < keys.size) {
    throw new ShoalError('server/config', 'two streams have the same key');
  }
  return keys;
}

async function diskOf(
  { statePath, log }: House,
  name: string,
  { diskBytesMax }: LiveConfig,
): Promise<SegmentDisk | undefined> {
  if (diskBytesMax <= 0) return undefined;
  const folder = join(statePath ?? join(tmpdir(), `shoal-${process.pid}`), 'live', name);
  return openSegmentDisk(folder, diskBytesMax, log);
}

async function openRtmp(
  { options, log }: House,
  { rtmpPort }: LiveParts,
  runners: ReadonlyMap<string, Runner>,
  keys: ReadonlyMap<string, string>,
) {
  const names = new Map([...keys].map(([name, key]) => [key, name]));
  const admit = (key: string, end: () => void) => {
    const runner = runners.get(names.get(key) ?? '');
    return runner === undefined ? 'no stream has this key' : runner.admit(end);
  };
  return startRtmp({ ...DEFAULT_RTMP, host: options.host, port: rtmpPort }, { admit, log });
}

function keepSrt(
  { options }: House,
  { srtPort }: LiveParts,
  runners: ReadonlyMap<string, Runner>,
  keys: ReadonlyMap<string, string>,
): void {
  if (srtPort === undefined) return;
  let port = srtPort;
  for (const [name, runner] of runners) {
    runner.keep({ type: 'srt', host: options.host, port, key: keys.get(name) as string });
    port += 1;
  }
}

function headline({ streams, input }: LiveParts): string {
  if (input?.type === 'test') return 'Shoal plays a test picture';
  if (input?.type === 'file') return `Shoal plays ${input.path} over and over, live`;
  return streams.length === 1 ? 'Shoal waits for a publisher' : 'Shoal waits for publishers';
}

function withKeys(
  banner: string,
  { options }: House,
  { srtPort, live }: LiveParts,
  rtmpPort: number | undefined,
  keys: ReadonlyMap<string, string>,
): string {
  const lines: string[] = [];
  const { host } = options;
  const at = host === '0.0.0.0' || host === '::' ? '<this machine>' : host;
  if (rtmpPort !== undefined) {
    lines.push('', 'In OBS: Settings, Stream, Service "Custom", and a keyframe interval of 2 s');
    lines.push(`  server    rtmp://${at}:${rtmpPort}/live`);
    for (const [name, key] of keys) lines.push(`  key       ${key}   (${name})`);
  }
  if (rtmpPort !== undefined && srtPort !== undefined) {
    [...keys].forEach(([name, key], i) => {
      lines.push(
        `  SRT       srt://${at}:${srtPort + i}?passphrase=${key}&pbkeylen=16   (${name})`,
      );
    });
  }
  if (live?.rotateKeysMs) lines.push('', ENCRYPTED);
  if (lines.length === 0) return banner;
  return banner.replace(/\n {2}status/, `\n${lines.join('\n')}\n\n  status`);
}

const ENCRYPTED =
  'Encrypted: viewers get whole segments, for AES-128 of a part is not a part of AES-128.';

const LIVE_FFMPEG_HINT =
  'ffmpeg is needed for live streams: "apt install ffmpeg" (Debian, Ubuntu), "brew install ffmpeg" (macOS), or https://ffmpeg.org/download.html';
