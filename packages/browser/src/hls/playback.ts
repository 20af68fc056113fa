/**
 * Tells the engine where the player is: every 250 ms, and at once on a stall, on a seek, and before
 * a segment is asked for.
 */
import type Hls from 'hls.js';
import type { Fragment, LevelDetails, Part } from 'hls.js';
import type { Session } from './session.js';

export const PLAYBACK_MS = 250;
/** Playing, yet the clock of the media has not moved for so long: stalled, whatever is buffered. */
const FROZEN_MS = 500;
/** Stuck with more than this ahead, it is the decoder that is late, and no segment helps. */
const STARVED_MS = 1500;
/** A segment's end is known to about this before it is in the buffer. */
const EDGE_SEC = 0.25;

interface Track {
  readonly details: LevelDetails;
  readonly buffered: TimeRanges | undefined;
  readonly bitrate: number;
  /** What hls.js asked for last: where it is before anything is buffered. */
  readonly asked: Asked | undefined;
}

interface Asked {
  readonly frag: Fragment;
  readonly part?: Part | null;
}

/** Buffers by the names that hls.js has for them: `video`, `audio` or `audiovideo`. */
interface Buffers {
  readonly audiovideo?: { readonly buffer?: SourceBuffer };
  readonly [name: string]: { readonly buffer?: SourceBuffer } | undefined;
}

/** Returns its undo. */
export function watchPlayback(hls: Hls, session: Session): () => void {
  const frozenMs = createFreezeClock();
  const asked = new Map<string, Asked>();
  let buffers: Buffers = {};
  let media: HTMLMediaElement | null = null;
  const ticked = watchLateness(session);
  const tick = (): void => {
    ticked();
    report();
  };
  const report = (): void => {
    listenTo(hls.media);
    const { position, playing, stuck } = stateOf(media, frozenMs);
    const tracks = tracksOf(hls, asked, buffers, media).flatMap((track) => {
      const list = session.book.listOf(track.details.url);
      return list ? [{ track, list }] : [];
    });
    if (tracks.length > 0) session.follow(tracks.map(({ list }) => list));
    for (const { track, list } of tracks) {
      const place = placeOf(track, position, session.hasParts(list.rendition));
      if (!place) continue;
      const bufferMsMax = 1000 * bufferMaxSec(hls, track.bitrate);
      const stalled = stuck && place.bufferMs < STARVED_MS;
      const { rendition } = list;
      const head = { rendition, ...place, stalled, playing, bufferMsMax };
      session.engine?.playback({ ...head, lateMs: session.takeLate() });
    }
  };
  const listenTo = (now: HTMLMediaElement | null): void => {
    if (now === media) return;
    for (const type of NEWS) {
      media?.removeEventListener(type, report);
      now?.addEventListener(type, report);
    }
    media = now;
  };
  const onLoading = (_: unknown, loading: Asked): void => {
    if (typeof loading.frag.sn !== 'number') return;
    asked.set(loading.frag.type, loading);
    report();
  };
  const onBuffers = (_: unknown, { tracks }: { tracks: object }): void => {
    buffers = tracks as Buffers;
  };
  hls.on('hlsFragLoading' as never, onLoading as never);
  hls.on('hlsBufferCreated' as never, onBuffers as never);
  const timer = setInterval(tick, PLAYBACK_MS);
  return () => {
    clearInterval(timer);
    listenTo(null);
    hls.off('hlsFragLoading' as never, onLoading as never);
    hls.off('hlsBufferCreated' as never, onBuffers as never);
  };
}

/**
 * How late the ticks are: the worst that was not told yet. Hidden pages have theirs held back,
 * which says nothing of the machine.
 */
function watchLateness(session: Session): () => void {
  let due = performance.now() + PLAYBACK_MS;
  let worst: number | undefined;
  const look = (): void => {
    if (!document.hidden) worst = Math.max(worst ?? 0, performance.now() - due);
  };
  session.takeLate = () => {
    if (performance.now() > due) look();
    const late = worst;
    worst = undefined;
    return late;
  };
  return () => {
    look();
    due = performance.now() + PLAYBACK_MS;
  };
}

const NEWS = ['waiting', 'stalled', 'seeking', 'playing', 'pause'] as const;

interface PlayerState {
  /** Undefined: the player has no place on the timeline yet. */
  readonly position: number | undefined;
  readonly playing: boolean;
  /** It wants to play, has played, and does not. */
  readonly stuck: boolean;
}

function stateOf(media: HTMLMediaElement | null, frozenMs: FreezeClock): PlayerState {
  if (media === null) return { position: undefined, playing: false, stuck: false };
  const { currentTime, readyState, paused, ended, seeking } = media;
  const wantsToPlay = !paused && !ended;
  const canPlay = readyState >= HAVE_FUTURE_DATA;
  const frozen = frozenMs(currentTime, wantsToPlay && !seeking) > FROZEN_MS;
  // hls.js goes to where it starts once that is buffered, and stands at zero before.
  const { buffered } = media;
  const placed =
    readyState > 0 && (currentTime > 0 || (buffered.length > 0 && buffered.start(0) <= HOLE_SEC));
  return {
    position: placed ? currentTime : undefined,
    playing: wantsToPlay && canPlay && !seeking,
    stuck: wantsToPlay && media.played.length > 0 && (!canPlay || frozen),
  };
}

const HAVE_FUTURE_DATA = 3;

/** How long the media has stood at `position` though it should move. */
type FreezeClock = (position: number, shouldMove: boolean) => number;

function createFreezeClock(): FreezeClock {
  let last = -1;
  let since = 0;
  return (position, shouldMove) => {
    const now = performance.now();
    if (position !== last || !shouldMove) since = now;
    last = position;
    return now - since;
  };
}

/** The main track, and audio where it has playlists of its own. */
function tracksOf(
  hls: Hls,
  asked: ReadonlyMap<string, Asked>,
  buffers: Buffers,
  media: HTMLMediaElement | null,
): Track[] {
  const level = hls.levels[hls.loadLevel] ?? hls.levels[hls.currentLevel];
  const audio = hls.audioTracks[hls.audioTrack];
  const rangesOf = (name: string): TimeRanges | undefined => {
    try {
      return (buffers[name] ?? buffers.audiovideo)?.buffer?.buffered ?? media?.buffered;
    } catch {
      // A removed source buffer throws on its ranges.
      return media?.buffered;
    }
  };
  const tracks: Track[] = [];
  const add = (details: LevelDetails | undefined, name: string, type: string, bitrate: number) => {
    if (!details) return;
    tracks.push({ details, buffered: rangesOf(name), bitrate, asked: asked.get(type) });
  };
  add(level?.details, 'video', 'main', level?.maxBitrate ?? 0);
  if (audio?.url) add(audio.details, 'audio', 'audio', audio.bitrate || 128_000);
  return tracks;
}

interface Place {
  readonly sequence: number;
  /** Undefined: it asks for segments. */
  readonly part?: number | undefined;
  readonly bufferMs: number;
}

/** The next segment or part that the player lacks, and what is buffered before it. */
function placeOf(
  { details, buffered, asked }: Track,
  position: number | undefined,
  hasParts: boolean,
): Place | undefined {
  if (position === undefined) {
    if (!asked) return undefined;
    const { frag, part } = asked;
    // All parts of the segment are loaded one behind the other before playback has a place.
    const from = buffered?.length ? buffered.end(buffered.length - 1) : (part?.start ?? 0);
    const next = hasParts && part && nextPart(details, from);
    return { sequence: frag.sn as number, bufferMs: 0, ...next };
  }
  const end = bufferedEnd(buffered, position);
  const bufferMs = 1000 * Math.max(0, end - position);
  const part = hasParts && nextPart(details, end);
  if (part) return { ...part, bufferMs };
  const edge = end > position ? end + EDGE_SEC : end;
  const next = details.fragments.find(({ start, duration }) => start + duration > edge);
  return { sequence: next?.sn ?? details.endSN + 1, bufferMs };
}

/** The part that begins where the buffer ends; undefined where the playlist names only segments. */
function nextPart(details: LevelDetails, end: number): Omit<Place, 'bufferMs'> | undefined {
  const parts = details.partList ?? [];
  const next = parts.find((part) => part.start + part.duration / 2 > end);
  const named = next ?? parts.at(-1);
  if (!named || parts[0]!.start > end + PART_SEC) return undefined;
  const { fragment, index } = named;
  return { sequence: fragment.sn as number, part: next ? index : index + 1 };
}

/** Ends of parts are known to about this. */
const PART_SEC = 0.1;

/**
 * Where the buffer around `position` ends, small holes ignored as hls.js does; `position` itself
 * when there is none.
 */
function bufferedEnd(ranges: TimeRanges | undefined, position: number): number {
  let end = position;
  for (let i = 0; i < (ranges?.length ?? 0); i++) {
    const start = ranges?.start(i) ?? 0;
    if (start <= end + HOLE_SEC) end = Math.max(end, ranges?.end(i) ?? 0);
  }
  return end;
}

const HOLE_SEC = 0.1;

/** How far hls.js buffers ahead at this bitrate. */
function bufferMaxSec({ config }: Hls, bitrate: number): number {
  const { maxBufferLength, maxBufferSize, maxMaxBufferLength } = config;
  const bySize = bitrate > 0 ? (8 * maxBufferSize) / bitrate : 0;
  return Math.min(Math.max(bySize, maxBufferLength), maxMaxBufferLength);
}
