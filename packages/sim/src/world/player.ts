/**
 * A player like hls.js: starts three segments behind live, loads one segment after the other,
 * stalls when it runs dry.
 */
import type { Ms, Random, Rendition } from '@shoal/core/units';
import type { Agenda } from '../agenda.js';
import type { Access } from '../network/access.js';
import type { Edge } from './edge.js';
import type { Media, Segment } from './media.js';

/** Where segments come from: an engine with peers, or plain HTTP. */
export interface SegmentSource {
  follow(rendition: Rendition): void;
  located(rendition: Rendition, listed: readonly number[]): void;
  want(request: number, segment: Segment): void;
  playback(state: PlaybackState): void;
  /** The newest sequence, if it is known without asking the edge. */
  newest(rendition: Rendition): number | undefined;
}

export interface PlaybackState {
  readonly rendition: Rendition;
  readonly sequence: number;
  readonly bufferMs: Ms;
  readonly stalled: boolean;
  readonly playing: boolean;
}

export interface PlayerFigures {
  readonly arrivedAt: Ms;
  /** First frame; undefined until then. */
  playedAt: Ms | undefined;
  stalls: number;
  stallMs: Ms;
  readonly stallsAt: Ms[];
  /** Behind the end of the newest published segment, sampled every second of playback. */
  readonly latencies: Ms[];
  readonly asked: { readonly sequence: number; readonly at: Ms; tookMs: Ms | undefined }[];
  ended: boolean;
}

/** Which rendition is played first, and what is switched to, in time since arrival. */
export interface Ladder {
  readonly first: Rendition;
  readonly switches: readonly { readonly at: Ms; readonly to: Rendition }[];
}

export interface Player {
  readonly figures: PlayerFigures;
  delivered(request: number): void;
  failed(request: number): void;
  stop(): void;
}

export const BUFFER_MS_MAX: Ms = 30_000;
const LIVE_SYNC_SEGMENTS = 3;
const APPEND_MS = 30;
const TICK_MS = 250;
/** The sync position lies this far inside its segment, so that the loader never asks backwards. */
const INSIDE_MS = 250;

export function createPlayer(
  agenda: Agenda,
  world: { readonly media: Media; readonly edge: Edge; readonly access: Access },
  source: SegmentSource,
  random: Random,
  ladder: Ladder = { first: 0, switches: [] },
): Player {
  const { media, edge, access } = world;
  const figures: PlayerFigures = {
    arrivedAt: agenda.now(),
    playedAt: undefined,
    stalls: 0,
    stallMs: 0,
    stallsAt: [],
    latencies: [],
    asked: [],
    ended: false,
  };
  let listed: readonly number[] = [];
  let next: number | undefined;
  let request = 0;
  let isLoading = false;
  let isAppending = false;
  let isOver = false;
  let isSwitching = false;
  let rendition: Rendition = ladder.first;
  /** Media buffered ahead of the playhead as of `clockAt`; it runs down while playing. */
  let bufferMs: Ms = 0;
  let clockAt: Ms = agenda.now();
  let phase: 'starting' | 'playing' | 'stalled' = 'starting';
  let dry = (): void => {};

  const settle = (): void => {
    const now = agenda.now();
    if (phase === 'playing') bufferMs = Math.max(0, bufferMs - (now - clockAt));
    if (phase === 'stalled') figures.stallMs += now - clockAt;
    clockAt = now;
  };
  const tell = (): void => {
    settle();
    if (next === undefined) return;
    const [stalled, playing] = [phase === 'stalled', phase === 'playing'];
    source.playback({ rendition, sequence: next, bufferMs, stalled, playing });
  };
  const watch = (): void => {
    dry();
    if (phase !== 'playing') return;
    dry = agenda.after(bufferMs, () => {
      settle();
      if (isAtEnd()) finish();
      else stall();
    });
  };
  const isAtEnd = (): boolean => !media.live && next !== undefined && next >= media.segments;
  const finish = (): void => {
    figures.ended = true;
    isOver = true;
  };
  const stall = (): void => {
    phase = 'stalled';
    figures.stalls += 1;
    figures.stallsAt.push(agenda.now());
    tell();
  };
  const load = (): void => {
    if (isOver || isLoading || isAppending || isSwitching || next === undefined) return;
    settle();
    if (listed[0] !== undefined && next < listed[0]) next = syncPoint();
    const newest = listed.at(-1);
    if (newest === undefined || next > newest || bufferMs >= BUFFER_MS_MAX) return;
    isLoading = true;
    request += 1;
    figures.asked.push({ sequence: next, at: agenda.now(), tookMs: undefined });
    source.want(request, { rendition, sequence: next });
  };
  const syncPoint = (): number =>
    media.live ? (listed.at(-1) ?? 0) - LIVE_SYNC_SEGMENTS + 1 : (listed[0] ?? 0);
  const refresh = (): void => {
    if (isOver) return;
    const newest = listed.length === 0 ? undefined : source.newest(rendition);
    const size = media.segments;
    if (newest === undefined) edge.playlist(access, take);
    else take(Array.from({ length: size }, (_, i) => newest - size + 1 + i));
  };
  const take = (names: readonly number[] | undefined): void => {
    if (isOver) return;
    const isNews = names !== undefined && names.at(-1) !== listed.at(-1);
    if (names !== undefined) {
      listed = names;
      source.located(rendition, listed);
      next ??= syncPoint();
    }
    load();
    if (media.live) agenda.after(isNews ? media.segmentMs : media.segmentMs / 2, refresh);
    else if (names === undefined) agenda.after(1000, refresh);
  };
  /** What is loading is kept; what comes next is of the other rendition, once its playlist is here. */
  const switchTo = (to: Rendition): void => {
    if (isOver || to === rendition) return;
    rendition = to;
    isSwitching = true;
    source.follow(to);
    const arrived = (names: readonly number[] | undefined): void => {
      if (isOver || to !== rendition) return;
      if (names === undefined) {
        edge.playlist(access, arrived);
        return;
      }
      isSwitching = false;
      listed = names;
      source.located(to, names);
      load();
    };
    edge.playlist(access, arrived);
  };
  const tick = (): void => {
    if (isOver) return;
    tell();
    load();
    agenda.after(TICK_MS, tick);
  };
  const sample = (): void => {
    if (isOver) return;
    settle();
    if (phase !== 'starting' && next !== undefined) {
      const playhead = media.publishedAt(next) - media.segmentMs - bufferMs;
      figures.latencies.push(agenda.now() - playhead);
    }
    agenda.after(1000, sample);
  };
  const appended = (): void => {
    isAppending = false;
    if (isOver || next === undefined) return;
    settle();
    next += 1;
    const isFirst = phase === 'starting';
    bufferMs += media.segmentMs - (isFirst && media.live ? INSIDE_MS : 0);
    if (isFirst) figures.playedAt = agenda.now();
    phase = 'playing';
    watch();
    tell();
    load();
  };
  const player: Player = {
    figures,
    delivered(answered) {
      if (answered !== request || !isLoading || isOver) return;
      isLoading = false;
      isAppending = true;
      const asked = figures.asked.at(-1);
      if (asked !== undefined) asked.tookMs = agenda.now() - asked.at;
      agenda.after(APPEND_MS, appended);
    },
    failed(answered) {
      if (answered !== request || !isLoading || isOver) return;
      agenda.after(1000, () => {
        isLoading = false;
        load();
      });
    },
    stop() {
      if (isOver) return;
      settle();
      isOver = true;
      dry();
    },
  };
  source.follow(rendition);
  for (const { at, to } of ladder.switches) agenda.after(at, () => switchTo(to));
  // The multivariant playlist comes first, then the media playlist; pages differ in how long they
  // take to get there.
  agenda.after(random.below(60), () => edge.playlist(access, refresh));
  agenda.after(TICK_MS, tick);
  agenda.after(1000, sample);
  return player;
}
