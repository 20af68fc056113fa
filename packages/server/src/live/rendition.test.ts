import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ms } from '@shoal/core/units';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Frame,
  movieFrames,
  movieInit,
  VIDEO_SCALE,
} from '../../../core/src/media/cmaf/movie.fixture.js';
import { createStream } from '../origin/stream.js';
import { loadStreamKey } from '../origin/stream-key.js';
import { ephemeralState } from '../state/state-dir.js';
import { createLog } from '../telemetry/log.js';
import { createMeters } from '../telemetry/meters.js';
import { brokenBoxes } from '../testing/whole-objects.js';
import { Channel } from './channel.js';
import { DEFAULT_LIVE, type LiveConfig } from './config.js';
import { openSegmentDisk, type SegmentDisk } from './segment-disk.js';

/** How many of the next writes find the disk full, after half of their bytes. */
const disk = { fullFor: 0 };

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const write = async (path: string, bytes: Buffer): Promise<void> => {
    if (disk.fullFor <= 0) return real.writeFile(path, bytes);
    disk.fullFor -= 1;
    await real.writeFile(path, bytes.subarray(0, bytes.length >> 1));
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  return { ...real, writeFile: vi.fn(write) };
});

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-channel-'));
});
afterEach(async () => {
  disk.fullFor = 0;
  await rm(folder, { recursive: true, force: true });
});

describe('a window on disk', () => {
  it('has its records there too, and gives them as if they were in memory', async () => {
    const { channel, play, stream } = await onDisk({ windowMs: 600_000 });
    const seat = channel.take(0);
    await play(seat, 300);
    expect(stream.records.count).toBeLessThan(100);
    const all = [];
    for (let since = 0; ; since = (all.at(-1)?.record.sequence ?? -1) + 1) {
      // A segment has ten records, so that 60 are six segments.
      const some = await channel.records(0, since, 60);
      all.push(...some);
      if (some.length < 60) break;
    }
    const named = all.map(({ record }) => `${record.sequence}.${record.part}`);
    const expected = Array.from({ length: 299 }, (_, i) => `${Math.floor(i / 10)}.${i % 10}`);
    expect(named.slice(0, 290)).toEqual(expected.slice(0, 290));
    channel.close();
  });

  it('that is full is said once, and what is listed is always there and whole', async () => {
    const { channel, play, said, listed } = await onDisk({ windowMs: 600_000 });
    const seat = channel.take(0);
    await play(seat, 200);
    const before = (await listed()).length;
    disk.fullFor = Number.POSITIVE_INFINITY;
    for (let second = 200; second < 400; second += 10) {
      await play(seat, 10, second);
      for (const { path, bytes } of await listed()) {
        expect([path, bytes && brokenBoxes(bytes)]).toEqual([path, undefined]);
      }
    }
    expect(said).toEqual(['the window on disk is short: a segment was not written']);
    // What memory holds.
    expect((await listed()).length).toBeLessThan(before);
    disk.fullFor = 0;
    await play(seat, 200, 400);
    expect((await listed()).length).toBeGreaterThan(15);
    channel.close();
  });

  it('lets an old programme go when another begins', async () => {
    const { channel, play, kept } = await onDisk({ windowMs: 600_000 });
    await play(channel.take(0), 100);
    channel.end();
    expect(kept.has('r0/0-0.m4s')).toBe(true);
    channel.take(0);
    await kept.settled();
    expect(kept.has('r0/0-0.m4s')).toBe(false);
    channel.close();
  });
});

it('the last part of a publisher is signed once, as the last of its segment', async () => {
  const { channel, stream, push } = await inMemory({});
  const signed: string[] = [];
  stream.records.watch(({ record: { sequence, part, flags } }) => {
    signed.push(`${sequence}.${part}${flags & 2 ? ' last' : ''}`);
  });
  const seat = channel.take(0);
  // The last frame completes a part, and its segment could have gone on.
  push(seat, 13);
  seat.leave();
  expect(new Set(signed.map((one) => one.replace(' last', ''))).size).toBe(signed.length);
  expect(signed.at(-1)).toBe('1.2 last');
  channel.close();
});

it('an update says of other renditions what the whole playlist says', async () => {
  const { channel, textOf } = await inMemory({ windowMs: 600_000 }, undefined, 1, 2);
  const seat = channel.take(0);
  const push = (rendition: number, seconds: number, from: number): void => {
    const frames = Array.from({ length: seconds }, (_, i) => frameAt(from + i, 1));
    seat.push(rendition, Buffer.from(movieFrames(frames)));
  };
  for (const rendition of [0, 1]) {
    seat.push(rendition, Buffer.from(movieInit(['picture'])));
    push(rendition, 105, 0);
  }
  const reports = (text: string) => text.match(/^#EXT-X-RENDITION-REPORT.*$/gm);
  const whole = await textOf('');
  push(1, 15, 105);
  const update = await textOf('_HLS_skip=YES');
  expect(update).toContain('#EXT-X-SKIP');
  expect(reports(whole)).toEqual(['#EXT-X-RENDITION-REPORT:URI="r1.m3u8",LAST-MSN=10,LAST-PART=4']);
  expect(reports(update)).toEqual(reports(whole));
  push(0, 15, 105);
  expect(reports(await textOf(''))).toEqual([
    '#EXT-X-RENDITION-REPORT:URI="r1.m3u8",LAST-MSN=11,LAST-PART=9',
  ]);
  channel.close();
});

it.each([1, 7])('records tell where the part after theirs is; %i frames at once', async (many) => {
  const { channel, stream, seatWithInit } = await inMemory({ segmentMs: 3000 as Ms });
  const hints: string[] = [];
  stream.records.watch(({ record }) => hints.push(record.hint));
  const seat = seatWithInit();
  for (let second = 0; second < 35; second += many) {
    // Keyframes come later than segments may end.
    const frames = Array.from({ length: many }, (_, i) => frameAt(second + i, 1));
    seat.push(0, Buffer.from(movieFrames(frames)));
  }
  seat.leave();
  const named = (tag: string) =>
    hints.map((hint) => new RegExp(`${tag}.*URI="(.*?)"`).exec(hint)?.[1]);
  expect(named('EXT-X-PRELOAD-HINT').slice(0, -1)).toEqual(named('EXT-X-PART:').slice(1));
  expect(hints).toHaveLength(35);
  channel.close();
});

it('a week is counted as an hour is', async () => {
  const { channel, stream, push, kept } = await inMemory({ windowMs: 3_600_000 }, memoryDisk(), 4);
  const counts = (): readonly number[] => [
    stream.records.count,
    stream.objects.size,
    kept?.count() ?? 0,
  ];
  const seat = channel.take(0);
  let second = 0;
  const until = (end: number): void => {
    for (; second < end; second += 400) push(seat, 400, second);
  };
  until(7200);
  const early = counts();
  until(604_800);
  expect(counts()).toEqual(early);
  // The last minute or two in records, and an hour in addresses.
  expect(early[0]).toBeLessThanOrEqual(80);
  expect(early[1]).toBeLessThanOrEqual(500);
  channel.close();
});

interface CountedDisk extends SegmentDisk {
  count(): number;
}

function memoryDisk(): CountedDisk {
  const files = new Map<string, Buffer>();
  return {
    keep: (path, bytes) => void files.set(path, bytes),
    has: (path) => files.has(path),
    read: async (path) => files.get(path) ?? Promise.reject(new Error('not there')),
    drop: (path) => void files.delete(path),
    close: async () => {},
    settled: async () => {},
    count: () => files.size,
  };
}

type Seat = ReturnType<Channel['take']>;

/** A picture every `step` seconds, each a part; every tenth is a keyframe and begins a segment. */
async function inMemory<Kept extends SegmentDisk>(
  config: Partial<LiveConfig>,
  kept?: Kept,
  step = 1,
  renditions = 1,
) {
  const said: string[] = [];
  const log = createLog('silent');
  log.warn = ((_: unknown, sentence: string) => void said.push(sentence)) as typeof log.warn;
  // Nobody here looks at signatures, and a week has many.
  const key = { ...(await loadStreamKey(ephemeralState())), sign: () => new Uint8Array(64) };
  const stream = createStream(key, 'live', 'live', 0, () => {});
  const [partMs, segmentMs] = [(1000 * step) as Ms, (10_000 * step) as Ms];
  const slow = { partMs, segmentMs, segmentMsMax: segmentMs };
  const channel = new Channel({
    stream,
    renditions,
    config: { ...DEFAULT_LIVE, ...slow, ...config },
    tagOf: () => '#EXT-X-SHOAL:VERSION=1',
    disk: kept,
    log,
    meters: createMeters(),
    wallNow: () => 0,
  });
  const push = (seat: Seat, seconds: number, from = 0): void => {
    if (from === 0) seat.push(0, Buffer.from(movieInit(['picture'])));
    for (let second = from; second < from + seconds; second += step) {
      seat.push(0, Buffer.from(movieFrames([frameAt(second, step)])));
    }
  };
  const seatWithInit = (): Seat => {
    const seat = channel.take(0);
    seat.push(0, Buffer.from(movieInit(['picture'])));
    return seat;
  };
  /** The first rendition's playlist. */
  const textOf = async (query: string): Promise<string> => {
    const { signal } = new AbortController();
    const answer = await channel.lowLatency.playlist(0, new URLSearchParams(query), signal);
    return typeof answer === 'number' ? '' : answer.body.toString();
  };
  return { channel, stream, push, seatWithInit, textOf, said, kept };
}

function frameAt(second: number, step: number): Frame {
  const [decodeTime, duration] = [second * VIDEO_SCALE, step * VIDEO_SCALE];
  return { kind: 'picture', decodeTime, duration, key: second % (10 * step) === 0 };
}

async function onDisk(config: Partial<LiveConfig>) {
  const said: string[] = [];
  const log = createLog('silent');
  log.warn = ((_: unknown, sentence: string) => void said.push(sentence)) as typeof log.warn;
  const kept = await openSegmentDisk(folder, 1e9, log);
  const all = await inMemory(config, kept);
  const play = async (seat: Seat, seconds: number, from = 0): Promise<void> => {
    for (let second = from; second < from + seconds; second += 10) {
      all.push(seat, 10, second);
      await kept.settled();
    }
  };
  /** Every segment that the playlist names, as who asks for it gets it. */
  const listed = async () => {
    const text = await all.textOf('');
    const paths = text.split('\n').filter((line) => /^[^#]/.test(line));
    return Promise.all(
      paths.map(async (path) => ({ path, bytes: await bytesOf(all.channel, path) })),
    );
  };
  return { ...all, said, kept, play, listed };
}

async function bytesOf(channel: Channel, path: string): Promise<Buffer | undefined> {
  const { status, body } = await channel.source.open(
    `live:${path}`,
    undefined,
    new AbortController().signal,
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  expect([path, status]).toEqual([path, 200]);
  return Buffer.concat(chunks);
}
