// Makes media/clip, the synthetic clip that ships with the project; needs ffmpeg and DejaVu fonts.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { adtsFrames, multivariantPlaylist, splitRendition } from './clip/pack.mjs';
import { makeScene } from './clip/scene.mjs';
import { makeSound } from './clip/sound.mjs';

const SECONDS = 32;
const SEGMENT_SECONDS = 2;
const FPS = 25;
const RATE = 48_000;
// 32 s are exactly 1,500 AAC frames, so the sound loops without a gap.
const AAC_FRAMES = (SECONDS * RATE) / 1024;
const AAC_KBPS = 48;
const WIDTH = 960;
const HEIGHT = 540;
const LADDER = [
  { name: '180p', width: 320, height: 180, videoKbps: 100 },
  { name: '360p', width: 640, height: 360, videoKbps: 300 },
  { name: '540p', width: 960, height: 540, videoKbps: 640 },
];
const FONT = process.env.CLIP_FONT ?? '/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf';

const target = resolve(import.meta.dirname, '../media/clip');
const work = mkdtempSync(join(tmpdir(), 'clip-'));

async function makeClip() {
  const picture = join(work, 'picture.mkv');
  const sound = join(work, 'loop.m4a');
  await drawPicture(picture);
  encodeSound(sound);
  rmSync(target, { recursive: true, force: true });
  const ladder = LADDER.map((rung) => ({ ...rung, ...makeRendition(rung, picture, sound) }));
  writeFileSync(join(target, 'index.m3u8'), multivariantPlaylist(ladder));
  for (const { name, segments, bytes, peakBps, averageBps } of ladder) {
    console.log(`${name}: ${segments} segments, ${bytes} bytes, ${averageBps} / ${peakBps} bit/s`);
  }
}

async function drawPicture(file) {
  const encoder = spawn(
    'ffmpeg',
    [...QUIET, ...RAW, '-s', `${WIDTH}x${HEIGHT}`, '-i', '-', '-c:v', 'ffv1', file],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const closed = once(encoder, 'close');
  const draw = makeScene(WIDTH, HEIGHT);
  const count = SECONDS * FPS;
  for (let index = 0; index < count; index += 1) {
    if (!encoder.stdin.write(draw(index / count))) await once(encoder.stdin, 'drain');
  }
  encoder.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(`make-clip: ffmpeg ended with ${code}`);
}

// The loop is encoded three times over and the middle turn kept: its first frame overlaps a last
// one.
function encodeSound(file) {
  const samples = makeSound(RATE, SECONDS);
  const turn = Buffer.from(samples.buffer);
  const whole = join(work, 'three.aac');
  const layout = ['-f', 'f32le', '-ar', `${RATE}`, '-ac', '2', '-i', '-'];
  const coder = ['-c:a', 'aac', '-b:a', `${AAC_KBPS}k`, '-f', 'adts', whole];
  ffmpeg([...layout, ...coder], Buffer.concat([turn, turn, turn]));
  // One more for the encoder's priming frame.
  const frames = adtsFrames(readFileSync(whole)).slice(AAC_FRAMES + 1, AAC_FRAMES * 2 + 1);
  const kept = join(work, 'loop.aac');
  writeFileSync(kept, Buffer.concat(frames));
  // A whole MP4 first: an empty moov would be written before the decoder's configuration is known.
  ffmpeg(['-i', kept, '-c:a', 'copy', '-bsf:a', 'aac_adtstoasc', file]);
}

function makeRendition(rung, picture, sound) {
  const folder = join(target, rung.name);
  mkdirSync(folder, { recursive: true });
  const video = ['-vf', filters(rung), ...COLOURS, ...x264(rung)];
  const passLog = ['-passlogfile', join(work, rung.name)];
  ffmpeg(['-i', picture, ...video, ...passLog, '-pass', '1', '-an', '-f', 'null', '-']);
  const whole = join(work, `${rung.name}.mp4`);
  const inputs = ['-i', picture, '-i', sound, '-map', '0:v', '-map', '1:a'];
  ffmpeg([...inputs, ...video, ...passLog, '-pass', '2', '-c:a', 'copy', ...FRAGMENTS, whole]);
  return splitRendition(whole, folder, SEGMENT_SECONDS);
}

function filters({ name, width, height }) {
  const size = Math.round(height * 0.105);
  const small = Math.round(height * 0.06);
  const edge = Math.round(height * 0.055);
  const look = `fontfile=${FONT}:fontcolor=white:shadowcolor=0x00182a@0.6:shadowx=1:shadowy=1`;
  // Frame numbers instead of times keep the tenths exact.
  const minutes = `%{eif\\:trunc(n/${FPS * 60})\\:d\\:2}`;
  const whole = `%{eif\\:mod(trunc(n/${FPS})\\,60)\\:d\\:2}`;
  const tenths = `%{eif\\:mod(trunc(n*10/${FPS})\\,10)\\:d}`;
  return [
    `scale=${width}:${height}:flags=lanczos:out_color_matrix=bt709:out_range=tv`,
    'format=yuv420p',
    `drawtext=${look}:fontsize=${size}:x=${edge}:y=${edge}:text='${minutes}\\:${whole}.${tenths}'`,
    `drawtext=${look}:fontsize=${small}:x=w-tw-${edge}:y=${edge}:text='${name}'`,
  ].join(',');
}

function x264({ videoKbps }) {
  return [
    ...['-c:v', 'libx264', '-preset', 'veryslow', '-profile:v', 'high', '-threads', '2'],
    ...['-b:v', `${videoKbps}k`, '-maxrate', `${Math.round(videoKbps * 1.2)}k`],
    ...['-bufsize', `${Math.round(videoKbps * 1.2)}k`, '-x264-params', X264],
  ];
}

function ffmpeg(options, input) {
  const run = spawnSync('ffmpeg', [...QUIET, ...options], {
    input,
    stdio: [input ? 'pipe' : 'ignore', 'inherit', 'inherit'],
  });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`make-clip: ffmpeg ended with ${run.status}`);
}

const QUIET = ['-v', 'error', '-y', '-nostdin'];
const RAW = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-r', `${FPS}`];
const COLOURS = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];
// Without B-frames decode and presentation times are equal, so both tracks cut at the same instant.
const GOP = SEGMENT_SECONDS * FPS;
const X264 = `keyint=${GOP}:min-keyint=${GOP}:scenecut=0:open-gop=0:aq-mode=3:bframes=0:ref=4`;
const FRAGMENTS = [
  '-movflags',
  '+frag_keyframe+empty_moov+default_base_moof',
  ...['-brand', 'iso6', '-map_metadata', '-1', '-fflags', '+bitexact', '-f', 'mp4'],
];

try {
  await makeClip();
} finally {
  rmSync(work, { recursive: true, force: true });
}
