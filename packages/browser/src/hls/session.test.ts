/** The session: from the first playlist to a running engine, and back to plain when that fails. */
import { formatShoalTag, parseShoalTag } from '@shoal/core/media';
import { createCounters, createEmitter, type Engine } from '@shoal/host';
import type { FragmentLoaderContext, PlaylistLoaderContext } from 'hls.js';
import { describe, expect, it, vi } from 'vitest';
import type { ShoalEvents } from './options.js';
import { Session, type SessionParts } from './session.js';

const URL_ = 'https://example.org/hls/live/r0.m3u8';

function tag(epoch = 1): string {
  const publicKey = new Uint8Array(32).fill(3);
  return formatShoalTag({ publicKey, name: 'live', epoch, rendition: 0, trackers: [] });
}

function text(epoch = 1, sequence = 5): string {
  return `#EXTM3U\n${tag(epoch)}\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${sequence}\n#EXTINF:2,\na.m4s`;
}

const context = { url: URL_, type: 'level', deliveryDirectives: null } as PlaylistLoaderContext;
const fragment = {
  url: 'a',
  part: null,
  frag: { sn: 5, baseurl: URL_ },
} as unknown as FragmentLoaderContext;

function fakeEngine() {
  const calls: unknown[][] = [];
  const engine = {
    located: (...args: unknown[]) => void calls.push(['located', ...args]),
    follow: (...args: unknown[]) => void calls.push(['follow', ...args]),
    destroy: () => void calls.push(['destroy']),
    records: () => [],
    stats: () => ({ why: { code: 'broken' } }),
    want: () => () => {},
  };
  return { engine: engine as unknown as Engine, calls };
}

function setUp(open: SessionParts['open']) {
  const events: string[] = [];
  const faults: unknown[] = [];
  const emitter = createEmitter<ShoalEvents>(() => {});
  emitter.on('playlist', ({ from }) => events.push(from));
  const session = new Session({
    emitter,
    counters: createCounters(),
    open,
    opened: (_, { epoch }) => void events.push(`opened ${epoch}`),
    firstLive: () => void events.push('first live'),
    digest: async () => new Uint8Array(32),
    fresh: async () => undefined,
    fault: (thrown) => void faults.push(thrown),
    writePlaylists: true,
  });
  return { session, emitter, events, faults };
}

describe('a session', () => {
  it('is plain until a signed playlist is seen', async () => {
    const { session, events } = setUp(async () => fakeEngine().engine);
    await session.sawPlaylist(context, URL_, '#EXTM3U\n#EXT-X-TARGETDURATION:2');
    expect([session.engine, session.nameOf(fragment), events]).toEqual([
      undefined,
      undefined,
      ['http'],
    ]);
    session.counters.http('plain', 9);
    expect(session.stats()).toMatchObject({ http: 9, why: { code: 'no-tag' } });
  });

  it('opens one engine a stream, and tells it what is listed and followed', async () => {
    const { engine, calls } = fakeEngine();
    let opens = 0;
    const { session, events } = setUp(async () => {
      opens++;
      return engine;
    });
    await session.sawPlaylist(context, URL_, text());
    await session.sawPlaylist(context, URL_, text(1, 6));
    expect([opens, events]).toEqual([1, ['opened 1', 'first live', 'http', 'http']]);
    expect(calls.map(([name]) => name)).toEqual(['follow', 'located', 'follow', 'located']);
    expect(calls[0]).toEqual(['follow', [], undefined]);
    expect(session.counters.read().playlists).toEqual({ http: 2, records: 0 });
    expect(calls).toContainEqual(['follow', [{ rendition: 0, live: true }], undefined]);
    expect(session.nameOf(fragment)).toEqual({ rendition: 0, sequence: 5 });
  });

  it('asks for parts where they are signed one by one, and says where they are', async () => {
    const wants: unknown[][] = [];
    const signed = [{ record: { part: 1 } }];
    const fake = { ...fakeEngine().engine, want: (...said: unknown[]) => wants.push(said) };
    const { session } = setUp(async () => ({ ...fake, records: () => signed }) as never);
    await session.sawPlaylist(context, URL_, text());
    const range = { url: 'part.mp4', rangeStart: 100, rangeEnd: 300 };
    const context_ = { ...fragment, part: { index: 2 }, ...range } as FragmentLoaderContext;
    const name = session.nameOf(context_)!;
    expect(name).toEqual({ rendition: 0, sequence: 5, part: 2 });
    session.want(name, context_, { delivered() {}, failed() {} });
    expect(wants[0]?.[2]).toEqual({ url: 'part.mp4', from: 100, length: 200 });
  });

  it('writes from the records of a stream whose numbering begins anew', async () => {
    const record = { sequence: 5, part: 0, flags: 0, hint: '#EXTINF:2,\na.m4s' };
    const stats = () => ({ tracker: { up: true }, why: { code: 'linked' } });
    const engine = { ...fakeEngine().engine, records: () => [{ record }], stats } as never;
    const { session, emitter } = setUp(async () => engine);
    const recorded = (sequence: number): void =>
      emitter.emit('recorded', { rendition: 0, sequence } as never);
    await session.sawPlaylist(context, URL_, text(1, 500));
    recorded(500);
    await session.sawPlaylist(context, URL_, text(2, 5));
    recorded(5);
    expect(session.writePlaylist(context)).toMatchObject({ url: URL_ });
  });

  it('asks nothing of the engine for unsigned parts, sections, or unknown playlists', async () => {
    const { session } = setUp(async () => fakeEngine().engine);
    await session.sawPlaylist(context, URL_, text());
    const other = (change: object) => ({ ...fragment, ...change }) as FragmentLoaderContext;
    expect(session.nameOf(other({ part: { index: 0 } }))).toBeUndefined();
    expect(session.nameOf(other({ frag: { sn: 'initSegment', baseurl: URL_ } }))).toBeUndefined();
    expect(session.nameOf(other({ frag: { sn: 5, baseurl: 'elsewhere' } }))).toBeUndefined();
  });

  it('is open before the playlist when the page knows its tag, and takes no other stream for it', async () => {
    const engines = [fakeEngine(), fakeEngine()];
    let opens = 0;
    const { session, events } = setUp(async () => engines[opens++]!.engine);
    session.start(parseShoalTag(text())!, URL_);
    await Promise.resolve();
    await session.sawPlaylist(context, URL_, text());
    expect([opens, events]).toEqual([1, ['opened 1', 'first live', 'http']]);
    await session.sawPlaylist(context, URL_, text(2));
    expect(engines[0]!.calls.at(-1)).toEqual(['destroy']);
    expect(session.engine).toBe(engines[1]!.engine);
  });

  it('starts anew when the origin does', async () => {
    const engines = [fakeEngine(), fakeEngine()];
    let opens = 0;
    const { session } = setUp(async () => engines[opens++]!.engine);
    await session.sawPlaylist(context, URL_, text(1));
    await session.sawPlaylist(context, URL_, text(2));
    expect(engines[0]!.calls.at(-1)).toEqual(['destroy']);
    expect(session.engine).toBe(engines[1]!.engine);
  });

  it('plays on plainly when no engine can be opened, and tries once', async () => {
    let opens = 0;
    const { session, events, faults } = setUp(async () => {
      opens++;
      throw new Error('another key');
    });
    await session.sawPlaylist(context, URL_, text());
    await session.sawPlaylist(context, URL_, text());
    expect([opens, session.engine, events.filter((event) => event === 'http').length]).toEqual([
      1,
      undefined,
      2,
    ]);
    expect(faults).toHaveLength(1);
    expect(session.stats().why).toEqual({ code: 'unavailable', detail: 'another key' });
  });

  it('does not keep a playlist waiting for a slow engine', async () => {
    const { session } = setUp(() => new Promise(() => {}));
    await session.sawPlaylist(context, URL_, text());
    expect(session.engine).toBeUndefined();
  });

  it('is plain again once the engine is broken, and still shows its figures', async () => {
    const { session, emitter } = setUp(async () => fakeEngine().engine);
    await session.sawPlaylist(context, URL_, text());
    emitter.emit('broken', { cause: 'a bug' });
    expect([session.engine, session.nameOf(fragment)]).toEqual([undefined, undefined]);
    expect(session.stats().why.code).toBe('broken');
  });

  it('hands a playlist over when the media source is open, or after a quarter of a second', async () => {
    vi.useFakeTimers();
    const { session } = setUp(async () => fakeEngine().engine);
    let open = (): void => {};
    session.attached = new Promise((resolve) => {
      open = resolve;
    });
    let seen = 0;
    const see = (): void => void session.sawPlaylist(context, URL_, text()).then(() => seen++);
    see();
    await vi.advanceTimersByTimeAsync(200);
    expect(seen).toBe(0);
    await vi.advanceTimersByTimeAsync(50);
    expect(seen).toBe(1);
    see();
    open();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toBe(2);
    vi.useRealTimers();
  });

  it('ends an engine that was opened after the end', async () => {
    const { engine, calls } = fakeEngine();
    const { session } = setUp(async () => {
      session.close();
      return engine;
    });
    await session.sawPlaylist(context, URL_, text());
    expect([session.engine, calls]).toEqual([undefined, [['destroy']]]);
  });
});
