import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mediaText } from '../testing/twin.js';
import { hasFfmpeg, packageArguments, readFacts } from './ffmpeg.js';
import { ladderFor } from './ladder.js';
import { createNames } from './names.js';
import { createNovelties } from './novelties.js';
import { type Progress, packageVideo, progressReader } from './packager.js';
import { type FoundVideo, type Scan, scanFolder } from './scan.js';
import { progressText } from './workshop.js';

let folder: string;
const path = process.env.PATH;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-titles-'));
});
afterEach(async () => {
  process.env.PATH = path;
  await rm(folder, { recursive: true });
});

async function put(name: string, text: string): Promise<string> {
  await mkdir(join(folder, name, '..'), { recursive: true });
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

describe('scanning a folder', () => {
  const names = async () => (await scanFolder(folder)).titles.map(({ type, name }) => [type, name]);

  it('finds titles, not the renditions that they name', async () => {
    await put('film/index.m3u8', '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow/index.m3u8\n');
    await put('film/low/index.m3u8', mediaText(0, 1, true));
    await put('talk/master.m3u8', mediaText(0, 1, true));
    await put('talk/other.m3u8', mediaText(0, 1, true));
    await put('holiday 2026/Küste (1).MP4', '');
    await put('.hidden/index.m3u8', mediaText(0, 1, true));
    await put('talk/init.mp4', '');
    await put('talk/media/0.mp4', '');
    await put('talk/master.m3u8', mediaText(0, 1, true).replace('s0.m4s', 'media/0.mp4'));
    await put('cam/index.m3u8', mediaText(5, 6, false));
    await put('cam/s1.mp4', '');
    await put('notes.txt', '');
    expect(await names()).toEqual([
      ['hls', 'cam'],
      ['hls', 'film'],
      ['hls', 'talk'],
      ['hls', 'talk-other'],
      ['video', 'holiday-2026-Ku-ste-1'],
    ]);
  });

  it('leaves out what is not HLS, and says so', async () => {
    await put('radio.m3u8', 'http://example.org/stream.mp3\n');
    await mkdir(join(folder, 'folder.m3u8'));
    const { titles, unreadable } = await scanFolder(folder);
    expect(titles).toEqual([]);
    expect(unreadable).toEqual([{ path: 'radio.m3u8', why: 'it is not an HLS playlist' }]);
  });

  it('fails in one sentence without a folder', async () => {
    await expect(scanFolder(join(folder, 'none'))).rejects.toThrow('there is no such folder');
    await expect(scanFolder(await put('file', ''))).rejects.toThrow('this is not a folder');
  });
});

it('gives what is new once, and a video when it has stopped growing', () => {
  const novelties = createNovelties();
  const more = { name: '', title: '', changedAt: 1 };
  const hls = (url: string) => ({ type: 'hls', url, ...more }) as const;
  const video = (path: string, bytes: number) => ({ type: 'video', path, bytes, ...more }) as const;
  const look = (settled: boolean, ...titles: Scan['titles']) => {
    const found = novelties({ titles, unreadable: [] }, settled);
    return [...found.hls.map(({ url }) => url), ...found.videos.map(({ path }) => path)];
  };
  expect(look(true, hls('a'), video('b', 1))).toEqual(['a', 'b']);
  expect(look(false, hls('a'), hls('c'), video('b', 1), video('d', 1))).toEqual(['c']);
  expect(look(false, video('d', 2))).toEqual([]);
  expect(look(false, video('d', 2))).toEqual(['d']);
  expect(look(false, hls('a'), hls('c'), video('b', 1), video('d', 2))).toEqual([]);
});

it('gives every title a name of its own', () => {
  const nameOf = createNames();
  expect(['a/b', 'a b', 'A', '../../etc', '…', 'x'.repeat(99)].map((t) => nameOf(t, t))).toEqual([
    'a-b',
    'a-b-2',
    'A',
    'etc',
    'title',
    'x'.repeat(56),
  ]);
});

it('never makes a video larger than it is', () => {
  expect(ladderFor(2160).map(({ height }) => height)).toEqual([1080, 720, 480, 360]);
  expect(ladderFor(576).map(({ height }) => height)).toEqual([480, 360, 240]);
  expect(ladderFor(135).map(({ height }) => height)).toEqual([134]);
});

it('tells how long it will take', () => {
  const told: Progress[] = [];
  const read = progressReader(60_000, (progress) => told.push(progress));
  for (const line of ['out_time_us=N/A', 'speed=N/A', 'out_time_us=15000000', 'speed=2.5x'])
    read(line);
  expect(told).toEqual([{ share: 0.25, leftMs: 18_000 }]);
  expect(progressText(told[0]!)).toBe('preparing, 25 %, about 18 s left');
  expect(progressText({ share: 0.5, leftMs: 150_000 })).toBe('preparing, 50 %, about 3 min left');
});

it('hands ffmpeg every name as one argument', () => {
  const args = packageArguments('-evil name.mp4', '/out', ladderFor(360), true);
  expect(args[args.indexOf('-i') + 1]).toBe('-evil name.mp4');
  expect(args[args.indexOf('-var_stream_map') + 1]).toBe('v:0,a:0 v:1,a:1');
});

describe('preparing a video', () => {
  /** A program in place of ffmpeg: the same words, without the work. */
  async function fakeFfmpeg(behaviour: 'works' | 'fails' | 'hangs'): Promise<void> {
    const bin = join(folder, 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(
      join(bin, 'ffmpeg'),
      `#!${process.execPath}\n${FAKE}`.replaceAll('BEHAVIOUR', behaviour),
    );
    await chmod(join(bin, 'ffmpeg'), 0o755);
    process.env.PATH = `${bin}${delimiter}${path ?? ''}`;
  }
  const video = async (): Promise<FoundVideo> => {
    const at = await put('film.mp4', 'video');
    return { type: 'video', name: 'film', title: 'film', path: at, bytes: 5, changedAt: 7 };
  };
  const store = (): string => join(folder, 'store');

  it('knows when ffmpeg is missing', async () => {
    process.env.PATH = join(folder, 'empty');
    expect(await hasFfmpeg()).toBe(false);
    await fakeFfmpeg('works');
    expect(await hasFfmpeg()).toBe(true);
  });

  it('reads what a file holds, or says that it is no video', async () => {
    await fakeFfmpeg('works');
    const facts = await readFacts('film.mp4');
    expect(facts).toEqual({ durationMs: 83_500, height: 720, sound: true });
    await expect(readFacts('broken.mp4')).rejects.toThrow('broken.mp4 is not a video');
  });

  it('makes a title once', async () => {
    await fakeFfmpeg('works');
    const told: Progress[] = [];
    const made = await packageVideo(await video(), store(), (one) => told.push(one)).folder;
    expect(await readdir(made)).toEqual(['index.m3u8']);
    expect(told.at(-1)?.share).toBeCloseTo(0.5, 1);
    await fakeFfmpeg('fails');
    expect(await packageVideo(await video(), store(), () => {}).folder).toBe(made);
  });

  it('leaves nothing half-made when it fails', async () => {
    await fakeFfmpeg('fails');
    const { folder: made } = packageVideo(await video(), store(), () => {});
    await expect(made).rejects.toThrow('ffmpeg could not prepare film: something is wrong');
    expect(await readdir(store())).toEqual([]);
  });

  it('leaves nothing half-made when it is stopped', async () => {
    await fakeFfmpeg('hangs');
    let begun: () => void = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const packaging = packageVideo(await video(), store(), () => begun());
    await running;
    expect(await readdir(store())).toHaveLength(1);
    await packaging.stop();
    expect(await readdir(store())).toEqual([]);
  });
});

const FAKE = `
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const args = process.argv.slice(2);
if (args[0] === '-version') process.exit(0);
if (args.length === 2) {
  if (!args[1].includes('broken')) {
    console.error('  Duration: 00:01:23.50, start: 0.000000, bitrate: 1 kb/s');
    console.error('  Stream #0:0: Video: h264 (High), yuv420p(tv), 1280x720 [SAR 1:1], 25 fps');
    console.error('  Stream #0:1: Audio: aac (LC), 48000 Hz, stereo');
  }
  process.exit(1);
}
const folder = dirname(dirname(args.at(-1)));
console.log('out_time_us=41750000\\nspeed=2x');
if ('BEHAVIOUR' === 'works') writeFileSync(folder + '/index.m3u8', '#EXTM3U');
if ('BEHAVIOUR' === 'fails') {
  console.error('something is wrong');
  process.exitCode = 1;
}
if ('BEHAVIOUR' === 'hangs') setInterval(() => {}, 1000);
`;
