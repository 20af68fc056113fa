/** Live servers for tests, the ffmpeg that publishes to them, and what they log. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type LiveOptions, type RunningLive, startLive } from '../roles/live.js';
import { QUIET } from './options.js';
import { until } from './verifying.js';

/** What a test has begun, last first out. */
export const begun: (() => Promise<unknown> | unknown)[] = [];

export async function endBegun(): Promise<void> {
  for (const close of begun.splice(0).reverse()) await close();
}

export const LIVE_DEFAULTS: LiveOptions = { ...QUIET, streams: [{ name: 'live' }], rtmpPort: 0 };

export interface LiveStage {
  readonly server: RunningLive;
  /** An address below the first stream's, or `../other/` for another. */
  readonly url: (path: string) => string;
  readonly key: string;
}

export async function live(options: Partial<LiveOptions>): Promise<LiveStage> {
  const server = await startLive({ ...LIVE_DEFAULTS, ...options });
  begun.push(() => server.close());
  const name = options.streams?.[0]?.name ?? 'live';
  const base = `http://127.0.0.1:${server.port}/hls/${name}/`;
  const url = (path: string): string => new URL(path, base).href;
  return { server, url, key: server.keys.get(name) ?? '' };
}

export interface Publisher {
  readonly child: ChildProcess;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

/** Publishes in real time. */
export function publish(
  { rtmpPort }: Pick<RunningLive, 'rtmpPort'>,
  key: string,
  seconds: number,
  what: readonly string[] = BOTH,
): Publisher {
  return encode(['-re'], what, seconds, ['-f', 'flv', `rtmp://127.0.0.1:${rtmpPort}/live/${key}`]);
}

/** Publishes as fast as it goes: minutes in a moment. */
export function pour(
  { rtmpPort }: Pick<RunningLive, 'rtmpPort'>,
  key: string,
  seconds: number,
  what: readonly string[] = BOTH,
): Publisher {
  return encode([], what, seconds, ['-f', 'flv', `rtmp://127.0.0.1:${rtmpPort}/live/${key}`]);
}

/** An ffmpeg that ends with the test. */
export function encode(
  how: readonly string[],
  what: readonly string[],
  seconds: number,
  to: readonly string[],
): Publisher {
  const quiet = ['-hide_banner', '-loglevel', 'quiet', '-nostdin', ...how];
  const args = [...quiet, ...what, '-t', String(seconds), ...to];
  const child = spawn('ffmpeg', args, { stdio: 'ignore' });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  begun.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended };
}

/** The text at `url`, once it matches. */
export async function has(url: string, pattern: RegExp): Promise<string> {
  let text = '';
  await until(async () => {
    const answer = await fetch(url);
    text = await answer.text();
    return answer.ok && pattern.test(text);
  });
  return text;
}

export async function playable(url: string): Promise<boolean> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  return answer.ok;
}

/** The segments that a playlist names. */
export function paths(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^[^#]/.test(line));
}

export const PICTURE_INPUT = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=30'];
export const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p'];
export const SOUND = ['-f', 'lavfi', '-i', 'sine', '-c:a', 'aac'];
export const PICTURE = [...PICTURE_INPUT, ...X264];
export const BOTH = [...PICTURE_INPUT, '-f', 'lavfi', '-i', 'sine', ...X264, '-c:a', 'aac'];
