/**
 * ffmpeg as a child process: whether it is there, what a file holds, and preparing it as CMAF HLS.
 */
import { spawn } from 'node:child_process';
import { ShoalError } from '@shoal/core/errors';
import type { Rung } from './ladder.js';

export interface VideoFacts {
  readonly durationMs: number;
  readonly height: number;
  readonly sound: boolean;
}

/** How to get ffmpeg, in one sentence. */
export const FFMPEG_HINT =
  'ffmpeg is needed to prepare video files: "apt install ffmpeg" (Debian, Ubuntu), "brew install ffmpeg" (macOS), or https://ffmpeg.org/download.html';

export async function hasFfmpeg(): Promise<boolean> {
  const { code } = await runFfmpeg(['-version'], () => {}).done;
  return code === 0;
}

/** Throws `server/source` when the file is no video. */
export async function readFacts(path: string): Promise<VideoFacts> {
  const { stderr } = await runFfmpeg(['-i', path], () => {}).done;
  const duration = /Duration: (\d+):(\d+):(\d+)\.(\d+)/.exec(stderr);
  const size = /Stream #\S+.*Video: .*?, (\d{2,5})x(\d{2,5})/.exec(stderr);
  if (duration === null || size === null) {
    throw new ShoalError('server/source', `${path} is not a video that ffmpeg can read`);
  }
  const [hours, minutes, seconds] = duration.slice(1, 4).map(Number) as [number, number, number];
  return {
    durationMs: ((hours * 60 + minutes) * 60 + seconds) * 1000 + Number(`0.${duration[4]}`) * 1000,
    height: Number(size[2]),
    sound: /Stream #\S+.*Audio: /.test(stderr),
  };
}

/** The command that writes a ladder of CMAF HLS into `folder`. */
export function packageArguments(
  path: string,
  folder: string,
  rungs: readonly Rung[],
  sound: boolean,
): readonly string[] {
  const maps = rungs.flatMap(() => ['-map', '0:v:0', ...(sound ? ['-map', '0:a:0'] : [])]);
  const video = rungs.flatMap(({ height, videoKbps }, i) => [
    `-filter:v:${i}`,
    `scale=-2:${height}`,
    `-b:v:${i}`,
    `${videoKbps}k`,
    `-maxrate:v:${i}`,
    `${Math.round(videoKbps * 1.2)}k`,
    `-bufsize:v:${i}`,
    `${videoKbps * 2}k`,
  ]);
  const audio = sound ? rungs.flatMap(({ audioKbps }, i) => [`-b:a:${i}`, `${audioKbps}k`]) : [];
  const variants = rungs.map((_, i) => (sound ? `v:${i},a:${i}` : `v:${i}`)).join(' ');
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-progress', 'pipe:1', '-y', '-i', path],
    ...maps,
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-sc_threshold', '0'],
    ...['-force_key_frames', `expr:gte(t,n_forced*${SEGMENT_SECONDS})`],
    ...video,
    ...(sound ? ['-c:a', 'aac', '-ac', '2', '-ar', '48000', ...audio] : []),
    ...['-f', 'hls', '-hls_time', String(SEGMENT_SECONDS), '-hls_playlist_type', 'vod'],
    ...['-hls_segment_type', 'fmp4', '-hls_flags', 'independent_segments', '-hls_list_size', '0'],
    ...['-hls_segment_filename', `${folder}/%v/s%05d.m4s`, '-master_pl_name', 'index.m3u8'],
    ...['-var_stream_map', variants, `${folder}/%v/index.m3u8`],
  ];
}

export interface FfmpegRun {
  readonly done: Promise<{ readonly code: number | null; readonly stderr: string }>;
  /** Ends the child; `done` resolves once it is gone. */
  stop(): void;
}

/**
 * Runs ffmpeg; `onLine` is given each line of its standard output. A missing program has the code
 * null.
 */
export function runFfmpeg(args: readonly string[], onLine: (line: string) => void): FfmpegRun {
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  let half = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (half + text).split('\n');
    half = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_MAX);
  });
  const done = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.on('error', () => resolve({ code: null, stderr }));
    child.on('close', (code) => resolve({ code, stderr }));
  });
  return { done, stop: () => void child.kill('SIGKILL') };
}

const SEGMENT_SECONDS = 4;
const STDERR_MAX = 16_384;
