/** What the engine hears of the player. */
import type { Playback } from '@shoal/host';
import type Hls from 'hls.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PLAYBACK_MS, watchPlayback } from './playback.js';
import type { ListPage, PlaylistBook } from './playlist-book.js';
import type { Session } from './session.js';

function ranges(...pairs: [number, number][]): TimeRanges {
  return {
    length: pairs.length,
    start: (i: number) => pairs[i]![0],
    end: (i: number) => pairs[i]![1],
  };
}

vi.stubGlobal('document', { hidden: false });

class Media extends EventTarget {
  currentTime = 0;
  readyState = 0;
  paused = false;
  ended = false;
  seeking = false;
  buffered = ranges();
  played = ranges();
}

/** Segments of two seconds from `first` on, the first at 100 s. */
function details(url: string, first: number, count = 5) {
  const fragments = Array.from({ length: count }, (_, i) => ({
    sn: first + i,
    start: 100 + 2 * i,
    duration: 2,
  }));
  return { url, fragments, endSN: first + count - 1, partList: undefined as unknown };
}

/** Four parts of half a second in each of those from `first` on. */
function partsOf({ fragments }: ReturnType<typeof details>, first: number) {
  return fragments
    .filter(({ sn }) => sn >= first)
    .flatMap((fragment) =>
      [0, 1, 2, 3].map((index) => ({
        ...{ fragment, index, duration: 0.5 },
        start: fragment.start + index / 2,
      })),
    );
}

function setUp(signsParts = false) {
  const listeners = new Map<string, (name: string, data: unknown) => void>();
  const media = new Media();
  const hls = {
    media: media as unknown as HTMLMediaElement,
    levels: [{ details: details('v0', 50), maxBitrate: 600_000 }, { details: undefined }],
    loadLevel: 0,
    currentLevel: 0,
    audioTracks: [] as unknown[],
    audioTrack: -1,
    config: { maxBufferLength: 30, maxBufferSize: 60_000_000, maxMaxBufferLength: 600 },
    on: (name: string, listener: (name: string, data: unknown) => void) =>
      void listeners.set(name, listener),
    off: (name: string) => void listeners.delete(name),
  };
  const pages = new Map([
    ['v0', { rendition: 0 }],
    ['a0', { rendition: 7 }],
  ]);
  const book = { listOf: (url: string) => pages.get(url) } as unknown as PlaylistBook;
  const told: Playback[] = [];
  const followed: number[][] = [];
  const session = {
    book,
    hasParts: () => signsParts,
    follow: (lists: readonly ListPage[]) => void followed.push(lists.map((list) => list.rendition)),
    engine: { playback: (playback: Playback) => void told.push(playback) },
  } as unknown as Session;
  const undo = watchPlayback(hls as unknown as Hls, session);
  const emit = (name: string, data: unknown): void => listeners.get(name)?.(name, data);
  /** Lets the player play on for so long. */
  const play = (ms: number, speed = 1): void => {
    for (let passed = 0; passed < ms; passed += PLAYBACK_MS) {
      media.currentTime += (speed * PLAYBACK_MS) / 1000;
      vi.advanceTimersByTime(PLAYBACK_MS);
    }
  };
  const begin = (): void => {
    media.currentTime = 101;
    media.readyState = 4;
    media.buffered = ranges([100, 106]);
    media.played = ranges([100, 101]);
  };
  return { hls, media, told, followed, undo, emit, play, begin, listeners };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the place of the player', () => {
  it('is what hls.js asks for, before anything is buffered', () => {
    const { told, emit } = setUp();
    vi.advanceTimersByTime(PLAYBACK_MS);
    expect(told).toEqual([]);
    emit('hlsFragLoading', { frag: { type: 'main', sn: 'initSegment' } });
    expect(told).toEqual([]);
    emit('hlsFragLoading', { frag: { type: 'main', sn: 52 } });
    // Before it is asked for: the engine must know then how urgent it is.
    expect(told).toEqual([
      {
        rendition: 0,
        sequence: 52,
        bufferMs: 0,
        stalled: false,
        playing: false,
        bufferMsMax: 600_000,
        lateMs: 0,
      },
    ]);
  });

  it('is the end of the buffer around it, small holes ignored', () => {
    const { told, media, begin } = setUp();
    begin();
    media.buffered = ranges([90, 92], [100, 104], [104.05, 105.95], [110, 112]);
    vi.advanceTimersByTime(PLAYBACK_MS);
    expect(told[0]).toMatchObject({ sequence: 53, playing: true, stalled: false });
    expect(told[0]?.bufferMs).toBeCloseTo(4950);
  });

  it('is past the playlist when all of it is buffered', () => {
    const { told, media, begin } = setUp();
    begin();
    media.buffered = ranges([100, 110]);
    vi.advanceTimersByTime(PLAYBACK_MS);
    expect(told[0]?.sequence).toBe(55);
  });

  it('is where a seek went, at once', () => {
    const { told, media, begin } = setUp();
    begin();
    vi.advanceTimersByTime(PLAYBACK_MS);
    media.currentTime = 107.5;
    media.seeking = true;
    media.dispatchEvent(new Event('seeking'));
    expect(told.at(-1)).toMatchObject({ sequence: 53, bufferMs: 0, playing: false });
  });

  it('is the next part, where the playlist names parts that are signed one by one', () => {
    const { hls, told, media, begin } = setUp(true);
    const list = hls.levels[0]!.details!;
    list.partList = partsOf(list, 53);
    begin();
    for (const end of [103, 106, 107.52, 110]) {
      media.buffered = ranges([100, end]);
      vi.advanceTimersByTime(PLAYBACK_MS);
    }
    expect(told.map(({ sequence, part }) => [sequence, part])).toEqual([
      [51, undefined],
      [53, 0],
      [53, 3],
      [54, 4],
    ]);
  });

  it('is the part after what is buffered, while the player has not gone to where it starts', () => {
    const { hls, told, media, emit, begin } = setUp(true);
    const list = hls.levels[0]!.details!;
    list.partList = partsOf(list, 53);
    begin();
    media.currentTime = 0;
    emit('hlsFragLoading', { frag: { sn: 53, type: 'main' }, part: { index: 0, start: 106 } });
    media.buffered = ranges([106, 106.5]);
    vi.advanceTimersByTime(PLAYBACK_MS);
    media.currentTime = 107.2;
    media.buffered = ranges([106, 107.5]);
    vi.advanceTimersByTime(PLAYBACK_MS);
    expect(told.map(({ sequence, part }) => [sequence, part])).toEqual([
      [53, 0],
      [53, 1],
      [53, 3],
    ]);
  });

  it('is a segment where parts are not signed', () => {
    const { hls, told, media, begin } = setUp(false);
    const list = hls.levels[0]!.details!;
    list.partList = partsOf(list, 53);
    begin();
    media.buffered = ranges([100, 107.5]);
    vi.advanceTimersByTime(PLAYBACK_MS);
    expect(told[0]).toMatchObject({ sequence: 53 });
    expect(told[0]?.part).toBeUndefined();
  });

  it('is told for audio of its own too', () => {
    const { hls, told, followed, emit, begin } = setUp();
    begin();
    hls.audioTracks = [{ url: 'a0', details: details('a0', 900), bitrate: 0 }];
    hls.audioTrack = 0;
    const buffer = (end: number) => ({ buffer: { buffered: ranges([100, end]) } });
    emit('hlsBufferCreated', { tracks: { video: buffer(106), audio: buffer(103.9) } });
    vi.advanceTimersByTime(PLAYBACK_MS);
    expect(told.map(({ rendition, sequence }) => [rendition, sequence])).toEqual([
      [0, 53],
      [7, 902],
    ]);
    expect(followed.at(-1)).toEqual([0, 7]);
  });

  it('is not told for a level that no playlist names yet', () => {
    const { hls, told, begin } = setUp();
    begin();
    hls.loadLevel = 1;
    hls.currentLevel = 1;
    vi.advanceTimersByTime(PLAYBACK_MS);
    expect(told).toEqual([]);
  });
});

describe('a stall', () => {
  it('is a player without data', () => {
    const { told, media, begin } = setUp();
    begin();
    media.readyState = 2;
    media.buffered = ranges([100, 101.2]);
    media.dispatchEvent(new Event('waiting'));
    expect(told).toEqual([]);
    vi.advanceTimersByTime(PLAYBACK_MS);
    media.dispatchEvent(new Event('waiting'));
    expect(told.map(({ stalled }) => stalled)).toEqual([true, true]);
  });

  it('is a clock that stands still near the end of the buffer', () => {
    const { told, media, begin, play } = setUp();
    begin();
    media.buffered = ranges([100, 103]);
    play(1000);
    expect(told.at(-1)?.stalled).toBe(false);
    play(1000, 0);
    expect(told.at(-1)?.stalled).toBe(true);
  });

  it('is not a late decoder, with enough to decode', () => {
    const { told, media, begin, play } = setUp();
    begin();
    play(1000);
    media.readyState = 2;
    play(2000, 0);
    expect(told.at(-1)?.stalled).toBe(false);
  });

  it('is not a pause, nor the moment after it', () => {
    const { told, media, begin, play } = setUp();
    begin();
    media.buffered = ranges([100, 102]);
    play(250);
    media.paused = true;
    play(3000, 0);
    media.paused = false;
    media.dispatchEvent(new Event('playing'));
    expect(told.every(({ stalled }) => !stalled)).toBe(true);
  });

  it('is not the wait before the first picture', () => {
    const { told, media } = setUp();
    media.readyState = 1;
    media.buffered = ranges([100, 102]);
    media.currentTime = 100;
    vi.advanceTimersByTime(2000);
    expect(told.every(({ stalled }) => !stalled)).toBe(true);
  });
});

describe('the watch', () => {
  it('says how late it is itself, but not while the page is hidden', () => {
    const { told, emit } = setUp();
    emit('hlsFragLoading', { frag: { type: 'main', sn: 52 } });
    const late = (ms: number, hidden: boolean): number | undefined => {
      vi.stubGlobal('document', { hidden });
      const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + ms + 250);
      vi.advanceTimersByTime(PLAYBACK_MS);
      clock.mockRestore();
      return told.at(-1)?.lateMs;
    };
    expect(late(180, false)).toBeGreaterThanOrEqual(180);
    expect(late(700, true)).toBeUndefined();
    vi.stubGlobal('document', { hidden: false });
  });

  it('ends without a trace', () => {
    const { undo, told, media, begin, listeners } = setUp();
    begin();
    vi.advanceTimersByTime(PLAYBACK_MS);
    const { length } = told;
    undo();
    media.dispatchEvent(new Event('waiting'));
    vi.advanceTimersByTime(5000);
    expect([told.length, listeners.size]).toEqual([length, 0]);
  });
});
