/** Makes the bench's media with ffmpeg, once: a moving picture in three renditions. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stampSegment } from './boxes.mjs';

/**
 * Renditions of the ladder; the top one alone is the single-rendition stream. Pictures are small,
 * five a second, without sound, and filled up to their bit rate, so that sixteen players fit on two
 * slow cores: what is measured here is who carries the bytes.
 */
export const RENDITIONS = [
  { name: '150', width: 128, height: 72, kbps: 140, bandwidth: 160_000 },
  { name: '300', width: 192, height: 108, kbps: 288, bandwidth: 310_000 },
  { name: '600', width: 256, height: 144, kbps: 588, bandwidth: 620_000 },
].map((rendition) => ({ ...rendition, fps: 5, level: '2.1', codecs: 'avc1.4d4015' }));

/**
 * What a viewer would call a video at the same bit rate: for the cost of an engine beside the cost
 * of watching. Too heavy for sixteen players on two cores.
 */
const ORDINARY = {
  ...{ name: '600', width: 640, height: 360, kbps: 528, bandwidth: 620_000 },
  ...{ fps: 25, level: '3.0', soundKbps: 56, codecs: 'avc1.4d401e,mp4a.40.2' },
};

const FORMAT = 'v6';

/** The renditions of a case's stream, best last. */
export function renditionsOf({ stream, picture }) {
  if (picture === 'ordinary') return [ORDINARY];
  return stream === 'ladder' ? RENDITIONS : RENDITIONS.slice(-1);
}

/**
 * Folder and segment length of the asked media, made if it is not in the cache yet.
 * A clip is as long as the run, so the live channel never meets a seam or a discontinuity.
 */
export async function prepareClip(cacheDir, { stream, picture, seconds }, log = () => {}) {
  if (stream === 'low') return undefined;
  const segmentSec = stream === 'vod' ? 4 : 2;
  const clipSec = stream === 'vod' ? 96 : Math.max(240, Math.ceil((seconds + 110) / 60) * 60);
  const renditions = [];
  for (const rendition of renditionsOf({ stream, picture })) {
    const { name, height } = rendition;
    const folder = `${FORMAT}-${name}-${height}p-${clipSec}s-${segmentSec}s`;
    const dir = join(cacheDir, 'media', folder);
    if (!existsSync(dir)) {
      log(`making ${clipSec} s of media at ${rendition.name} kbit/s (once)`);
      await encode(dir, rendition, clipSec, segmentSec);
    }
    renditions.push({ ...rendition, ...(await load(dir)) });
  }
  return { segmentSec, clipSec, renditions };
}

async function encode(dir, rendition, clipSec, segmentSec) {
  const making = `${dir}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  await ffmpeg([...inputs(rendition, clipSec), ...codecs(rendition), ...hls(segmentSec)], making);
  await stampAll(making, rendition.name);
  await rename(making, dir);
}

function inputs({ width, height, fps, soundKbps }, clipSec) {
  const picture = `testsrc2=s=${width}x${height}:r=${fps},format=yuv420p`;
  const sound = soundKbps ? ['-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000'] : [];
  return ['-f', 'lavfi', '-i', picture, ...sound, '-t', String(clipSec)];
}

// Constant bit rate with filler: every segment weighs the same, so copies compare across runs.
function codecs({ kbps, fps, level, soundKbps }) {
  const rate = `${kbps}k`;
  // A key frame every two seconds.
  const gop = `${2 * fps}`;
  return [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'main', '-level', level],
    ...['-bf', '0', '-g', gop, '-keyint_min', gop, '-sc_threshold', '0'],
    ...['-b:v', rate, '-minrate', rate, '-maxrate', rate, '-bufsize', rate],
    ...['-x264-params', 'nal-hrd=cbr'],
    ...(soundKbps ? ['-c:a', 'aac', '-b:a', `${soundKbps}k`] : []),
  ];
}

function hls(segmentSec) {
  return [
    ...['-f', 'hls', '-hls_time', String(segmentSec), '-hls_playlist_type', 'vod'],
    ...['-hls_segment_type', 'fmp4', '-hls_fmp4_init_filename', 'init.mp4'],
    ...['-hls_segment_filename', 's%05d.m4s', 'index.m3u8'],
  ];
}

function ffmpeg(args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args], {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('error', (cause) => reject(new Error('the bench needs ffmpeg on PATH', { cause })));
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`ffmpeg: exit ${code}`)),
    );
  });
}

async function stampAll(dir, name) {
  for (const file of await segmentFiles(dir)) {
    const path = join(dir, file);
    await writeFile(path, stampSegment(await readFile(path), `${name}:${sequenceOf(file)}`));
  }
}

async function load(dir) {
  const init = await readFile(join(dir, 'init.mp4'));
  const files = await segmentFiles(dir);
  const segments = await Promise.all(files.map((file) => readFile(join(dir, file))));
  const durations = extinf(await readFile(join(dir, 'index.m3u8'), 'utf8'));
  return { init, segments, durations };
}

async function segmentFiles(dir) {
  return (await readdir(dir)).filter((file) => file.endsWith('.m4s')).sort();
}

const sequenceOf = (file) => Number.parseInt(file.slice(1), 10);
const extinf = (text) => [...text.matchAll(/#EXTINF:([\d.]+)/g)].map((match) => Number(match[1]));
