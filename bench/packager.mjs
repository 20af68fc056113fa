/**
 * What packaging costs: one 1080p stream of 5 Mbit/s, written by ffmpeg once, then handed to a
 * channel as fast as it goes. Prints the share of a core, and how long after its last frame a part
 * can be fetched.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { createPackager } from '../packages/core/dist/media/index.js';
import { Channel } from '../packages/server/dist/live/channel.js';
import { DEFAULT_LIVE } from '../packages/server/dist/live/config.js';
import { createStream } from '../packages/server/dist/origin/stream.js';
import { loadStreamKey } from '../packages/server/dist/origin/stream-key.js';
import { ephemeralState } from '../packages/server/dist/state/state-dir.js';
import { createLog } from '../packages/server/dist/telemetry/log.js';
import { createMeters } from '../packages/server/dist/telemetry/meters.js';

const SECONDS = 20;
const STREAMS = 20;

const chunks = await encoded();
const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
console.log(`${((8 * bytes) / SECONDS / 1e6).toFixed(1)} Mbit/s, ${SECONDS} s of 1080p at 30 fps`);

warm(chunks);
const one = await measure(1);
console.log(`one stream: ${((100 * one.cpuMs) / 1000 / SECONDS).toFixed(2)} % of a core`);
console.log(
  `a part is there after: median ${one.median.toFixed(2)} ms, most ${one.most.toFixed(2)} ms`,
);
const many = await measure(STREAMS);
const share = ((100 * many.cpuMs) / 1000 / SECONDS).toFixed(1);
console.log(`${STREAMS} streams: ${share} % of a core`);

/** The fragmented MP4 that a live channel reads, in the chunks that it came in. */
async function encoded() {
  const input = ['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=30'];
  const sound = ['-f', 'lavfi', '-i', 'sine=sample_rate=48000', '-t', String(SECONDS)];
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '60', '-pix_fmt', 'yuv420p'];
  const rate = ['-b:v', '5M', '-minrate', '5M', '-maxrate', '5M', '-bufsize', '5M'];
  const flags = '+frag_every_frame+empty_moov+default_base_moof+delay_moov';
  const output = ['-x264-params', 'nal-hrd=cbr', '-c:a', 'aac', '-f', 'mp4', '-movflags', flags];
  const rest = ['-use_editlist', '0', '-flush_packets', '1', 'pipe:1'];
  const quiet = ['-hide_banner', '-loglevel', 'error', '-nostdin'];
  const args = [...quiet, ...input, ...sound, ...video, ...rate, ...output, ...rest];
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const found = [];
  child.stdout.on('data', (chunk) => found.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
  return found;
}

/** So that the first stream is not the one that the compiler learns from. */
function warm(all) {
  const packager = createPackager();
  packager.begin(0);
  for (const chunk of all) packager.push(chunk);
}

async function measure(count) {
  const channels = [];
  for (let i = 0; i < count; i++) channels.push(await newChannel(`s${i}`));
  const delays = [];
  const before = process.cpuUsage();
  for (const { seat, stream } of channels) {
    let objects = 0;
    for (const chunk of chunks) {
      const at = performance.now();
      seat.push(0, chunk);
      // A new object is a part that can be fetched now.
      if (stream.objects.size > objects) delays.push(performance.now() - at);
      objects = stream.objects.size;
    }
    seat.leave();
  }
  const { user, system } = process.cpuUsage(before);
  for (const { channel } of channels) channel.close();
  delays.sort((a, b) => a - b);
  return { cpuMs: (user + system) / 1000, median: delays[delays.length >> 1], most: delays.at(-1) };
}

async function newChannel(name) {
  const key = await loadStreamKey(ephemeralState());
  const stream = createStream(key, name, name, 1, () => {});
  const channel = new Channel({
    stream,
    renditions: 1,
    config: DEFAULT_LIVE,
    tagOf: () => '#EXT-X-SHOAL:VERSION=1',
    disk: undefined,
    log: createLog('silent'),
    meters: createMeters(),
    wallNow: () => Date.now(),
  });
  return { channel, stream, seat: channel.take(Date.now()) };
}
