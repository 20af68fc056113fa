import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pino from 'pino';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  BOTH,
  begun,
  encode,
  endBegun,
  has,
  type LiveStage,
  live,
  PICTURE_INPUT,
  type Publisher,
  paths,
  playable,
  pour,
  publish,
  SOUND,
  X264,
} from '../testing/publisher.js';
import { getBytes, getText, until } from '../testing/verifying.js';
import { type Watching, watchWhole } from '../testing/whole-objects.js';
import { hasFfmpeg } from '../titles/ffmpeg.js';

/** What the server logged, a line each. */
const said: string[] = [];

vi.mock('../telemetry/log.js', async (original) => ({
  ...(await original<object>()),
  createLog: () =>
    pino({ level: 'info', base: null }, { write: (line: string) => void said.push(line) }),
}));

const SHORT = { partMs: 200, segmentMs: 1000 };
const TWO = { streams: [{ name: 'live' }, { name: 'other' }], live: SHORT };

beforeAll(async () => {
  if (!(await hasFfmpeg())) throw new Error('these tests need ffmpeg: apt install ffmpeg');
});
afterEach(async () => {
  said.length = 0;
  await endBegun();
}, 60_000);

describe('beside a stream that goes well', () => {
  it('a publisher with a wrong key is refused', async () => {
    const { stage, goesOn } = await besideAnother();
    expect(await publish(stage.server, 'not-a-key', 2).ended).not.toBe(0);
    await logged(/a publisher was refused: no stream has this key/);
    await goesOn();
  });

  it('garbage on the RTMP port is cut off', async () => {
    const { stage, goesOn } = await besideAnother();
    const socket = connect(stage.server.rtmpPort as number, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(Buffer.alloc(10_000, 'GET / HTTP/1.1\r\n'));
    await once(socket, 'close');
    await logged(/what came on the RTMP port is no RTMP/);
    await goesOn();
  });

  it('an ffmpeg that is killed is another one at the next keyframe', async () => {
    const { stage, goesOn } = await besideAnother();
    const others = await encoders();
    const { child } = publish(stage.server, stage.key, 60);
    await until(() => playable(stage.url('r0.m3u8')));
    const [pid] = (await encoders()).filter((one) => !others.includes(one));
    process.kill(pid as number, 'SIGKILL');
    await logged(/ffmpeg ended: /);
    await has(stage.url('r0.m3u8'), /#EXT-X-DISCONTINUITY\n(?:.*\n)*.*m4s/);
    expect(child.exitCode).toBeNull();
    await goesOn();
  });

  it('a clock that jumps is a discontinuity', async () => {
    const { stage, goesOn } = await besideAnother();
    const jump = 'if(gte(T\\,2)\\,PTS+100/TB\\,PTS)';
    const input = [...PICTURE_INPUT, '-f', 'lavfi', '-i', 'sine'];
    const filters = ['-vf', `setpts='${jump}'`, '-af', `asetpts='${jump}'`];
    publish(stage.server, stage.key, 200, [...input, ...filters, ...X264, '-c:a', 'aac']);
    await logged(/the clock of the publisher jumped by 100 s/);
    const text = await has(stage.url('r0.m3u8'), /#EXT-X-DISCONTINUITY\n(?:.*\n)*.*m4s/);
    const dates = [...text.matchAll(/PROGRAM-DATE-TIME:(.*)/g)].map(([, at]) => Date.parse(at!));
    expect(dates.every((at) => Math.abs(at - Date.now()) < 60_000)).toBe(true);
    await goesOn();
  });

  it('a publisher that is cut off in the middle of a frame leaves whole segments', async () => {
    const { stage, goesOn } = await besideAnother();
    const { child, ended } = publish(stage.server, stage.key, 60);
    await until(() => playable(stage.url('r0.m3u8')));
    child.kill('SIGKILL');
    await ended;
    await logged(/the publisher has gone/);
    await goesOn();
  });
});

describe('odd pictures', () => {
  it.each([
    ['23.976', '3'],
    ['59.94', '2'],
    ['7', '0'],
    ['2', '0'],
  ])('%s frames a second with %s B-frames keep to what the playlist promises', async (rate, b) => {
    const stage = await watched({});
    const odd = ['-r', rate, '-bf', b, '-c:v', 'libx264', '-preset', 'veryfast', '-g', rate];
    const what = [...PICTURE_INPUT, '-f', 'lavfi', '-i', 'sine', ...odd, '-c:a', 'aac'];
    await pour(stage.server, stage.key, 20, what).ended;
    await keepsToTarget(stage);
  });

  it('of changing rate are taken as they come', async () => {
    const stage = await watched({});
    const uneven = ['-vf', "select='not(mod(n\\,3))+lt(mod(t\\,4)\\,2)'", '-vsync', 'vfr'];
    await pour(stage.server, stage.key, 20, [...PICTURE_INPUT, ...uneven, ...X264]).ended;
    await keepsToTarget(stage);
  });

  it('without a keyframe for 30 s are cut elsewhere, and that is said', async () => {
    const stage = await watched({});
    const rare = ['-force_key_frames', '0,1,2,3,4,35,36,37', '-sc_threshold', '0'];
    const what = [...PICTURE_INPUT, ...X264, '-g', '9999', ...rare];
    await pour(stage.server, stage.key, 39, what).ended;
    await logged(/keyframes come too rarely/);
    const text = await keepsToTarget(stage, 20);
    expect(text).not.toContain('INDEPENDENT-SEGMENTS');
  });

  it('that are none at all: sound alone is heard', async () => {
    const stage = await watched({});
    await pour(stage.server, stage.key, 10, SOUND).ended;
    await keepsToTarget(stage);
    expect(await getText(stage.url('index.m3u8'))).toMatch(/CODECS="mp4a\.40\.2"/);
  });

  it('in a codec that players do not know are encoded anew, and that is said', async () => {
    const stage = await watched({});
    publish(stage.server, stage.key, 60, [...PICTURE_INPUT, '-c:v', 'flv1', '-g', '30']);
    await until(() => playable(stage.url('r0.m3u8')));
    expect(await getText(stage.url('index.m3u8'))).toMatch(/CODECS="avc1\./);
  });
});

describe('by SRT', () => {
  it('a publisher comes, goes and comes again', async () => {
    const { stage, srt } = await bySrt();
    await srt(stage.key, 3, [...BOTH, '-f', 'mpegts']).ended;
    await has(stage.url('r0.m3u8'), /m4s/);
    await until(async () => {
      await srt(stage.key, 3, [...BOTH, '-f', 'mpegts']).ended;
      return /#EXT-X-DISCONTINUITY/.test(await getText(stage.url('r0.m3u8')));
    });
  });

  it('garbage on the port is not noticed by who publishes then', async () => {
    const { stage, srt, port } = await bySrt();
    const socket = createSocket('udp4');
    for (let i = 0; i < 50; i++) socket.send(Buffer.alloc(1 + 25 * i, i), port, '127.0.0.1');
    expect(await srt('a-wrong-passphrase', 2, [...BOTH, '-f', 'mpegts']).ended).not.toBe(0);
    socket.close();
    await until(async () => {
      await srt(stage.key, 3, [...BOTH, '-f', 'mpegts']).ended;
      return playable(stage.url('r0.m3u8'));
    });
  });

  it('what is no MPEG-TS is said, and the next publisher is taken', async () => {
    const { stage, srt } = await bySrt();
    const noise = ['-f', 'lavfi', '-i', 'sine=sample_rate=96000', '-f', 'u8'];
    await until(async () => {
      await srt(stage.key, 4, noise, []).ended;
      return said.some((line) => /ffmpeg ended: /.test(line));
    });
    await until(async () => {
      await srt(stage.key, 3, [...BOTH, '-f', 'mpegts']).ended;
      return playable(stage.url('r0.m3u8'));
    });
  });
});

describe('a file in place of a publisher', () => {
  it('is played over and over, with one timeline', async () => {
    const folder = await newFolder();
    const path = join(folder, 'clip.mp4');
    expect(await encode([], BOTH, 2, [path]).ended).toBe(0);
    const stage = await watched({ input: { type: 'file', path } });
    const text = await has(stage.url('r0.m3u8'), /-3\.m4s/);
    const bodies = await Promise.all(paths(text).map((one) => getBytes(stage.url(one))));
    const starts = bodies.map((body) => Number(body.readBigUInt64BE(body.indexOf('tfdt') + 8)));
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
  });

  it('that holds no video is said, and the server stays up', async () => {
    const folder = await newFolder();
    const path = join(folder, 'notes.mp4');
    await writeFile(path, 'a shopping list');
    const stage = await live({ live: SHORT, input: { type: 'file', path } });
    await logged(/ffmpeg ended: .*notes\.mp4/);
    expect((await fetch(stage.url('r0.m3u8'))).status).toBe(503);
    const { streams } = JSON.parse(await getText(stage.url('/api/status')));
    expect(streams[0].trouble).toMatch(/ffmpeg ended: .*notes\.mp4/);
  });
});

/** A stream that somebody publishes well, and that must not notice what happens beside it. */
async function besideAnother() {
  const stage = await watched(TWO);
  const other = stage.url('../other/r0.m3u8');
  const publisher = publish(stage.server, stage.server.keys.get('other') as string, 120);
  await until(() => playable(other));
  const goesOn = async (): Promise<void> => {
    const before = lastSequence(await getText(other));
    await has(other, new RegExp(`-${before + 2}\\.m4s`));
    expect(publisher.child.exitCode).toBeNull();
    expect(await getText(other)).not.toContain('DISCONTINUITY');
  };
  return { stage, goesOn };
}

/** Every object that its streams name is read while the test goes on, and must be whole. */
async function watched(options: Parameters<typeof live>[0]): Promise<LiveStage> {
  const stage = await live({ live: SHORT, ...options });
  const watches: Watching[] = (options.streams ?? [{ name: 'live' }]).map(({ name }) =>
    watchWhole(stage.url(`../${name}/r0.m3u8`)),
  );
  begun.push(async () => {
    for (const watch of watches) expect((await watch.stop()).faults).toEqual([]);
  });
  return stage;
}

async function bySrt() {
  const port = await freePort();
  const stage = await watched({ srtPort: port });
  const srt = (key: string, seconds: number, what: readonly string[], how = ['-re']): Publisher =>
    encode(how, what, seconds, [`srt://127.0.0.1:${port}?passphrase=${key}&pbkeylen=16`]);
  return { stage, srt, port };
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shoal-live-'));
  begun.push(() => rm(folder, { recursive: true }));
  return folder;
}

/** The encoders of this process that are fed by RTMP. */
async function encoders(): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([, parent, ...args]) => Number(parent) === process.pid && args.includes('pipe:0'))
    .map(([pid]) => Number(pid));
}

function logged(sentence: RegExp): Promise<void> {
  return until(() => said.some((line) => sentence.test(line)));
}

async function keepsToTarget({ url }: LiveStage, sequence = 4): Promise<string> {
  const text = await has(url('r0.m3u8'), new RegExp(`-${sequence}\\.m4s`));
  const target = Number(/TARGETDURATION:(\d+)/.exec(text)?.[1]);
  expect(seconds(text).filter((one) => Math.round(one) > target)).toEqual([]);
  const part = Number(/PART-TARGET=([\d.]+)/.exec(text)?.[1]);
  const parts = [...text.matchAll(/#EXT-X-PART:DURATION=([\d.]+)/g)].map(([, one]) => Number(one));
  expect(parts.filter((one) => one > part)).toEqual([]);
  return text;
}

function seconds(text: string): readonly number[] {
  return [...text.matchAll(/^#EXTINF:([\d.]+)/gm)].map(([, one]) => Number(one));
}

function lastSequence(text: string): number {
  return Number(/-(\d+)\.m4s$/.exec(paths(text).at(-1) ?? '')?.[1]);
}
