/**
 * New parts are told to everybody who follows them at once; newcomers get the last few. Rules TRK14
 * to TRK16.
 */
import { stripeCount } from '../swarm/index.js';
import { BitsPerSec, type Bytes, Ms, pieceCount, type Rendition } from '../units/index.js';
import type { SealedRecord } from '../wire/index.js';
import {
  isConnected,
  type Member,
  type RenditionState,
  renditionOf,
  type Stream,
  send,
  streamOf,
  type TrackerState,
} from './state.js';

/** Announces a record once; one of another stream or epoch is ignored. */
export function announce(state: TrackerState, sealed: SealedRecord): void {
  const { streamId, epoch, rendition } = sealed.record;
  const stream = streamOf(state, streamId);
  if (stream === undefined || stream.epoch !== epoch) return;
  if (!remember(renditionOf(stream, rendition), sealed, state.config.records.kept)) return;
  stream.announcing.push({ sealed, left: stream.members.values() });
}

/** Tells the next of those who wait for news, so many in a step. */
export function announceDue(state: TrackerState): void {
  let left = state.config.records.announcedAtOnce;
  for (const stream of state.streams.values()) {
    for (let news = stream.announcing[0]; news !== undefined && left > 0; left--) {
      const next = news.left.next();
      if (next.done === true) {
        stream.announcing.shift();
        news = stream.announcing[0];
      } else tellNews(state, stream, next.value, news.sealed);
    }
  }
}

/** Whether somebody has not been told yet. */
export function hasNews(state: TrackerState): boolean {
  for (const { announcing } of state.streams.values()) if (announcing.length > 0) return true;
  return false;
}

function tellNews(state: TrackerState, stream: Stream, member: Member, sealed: SealedRecord): void {
  if (!isConnected(member)) return;
  if (member.follows.get(sealed.record.rendition)?.live !== true) return;
  send(state, member, { type: 'announce', sealed });
  stream.totals.announces += 1;
}

/** The records of the last few segments, oldest first. */
export function showRecords(state: TrackerState, member: Member, rendition: Rendition): void {
  const records = member.stream.renditions.get(rendition)?.records ?? [];
  const last = records.at(-1)?.record.sequence ?? 0;
  for (const sealed of records) {
    if (sealed.record.sequence <= last - state.config.records.shown) continue;
    send(state, member, { type: 'announce', sealed });
    member.stream.totals.announces += 1;
  }
}

/** What a typical part of the rendition weighs, for the planner; zeros while no record is known. */
export function typicalPart(
  rendition: RenditionState | undefined,
  stripesMax: number,
): { readonly bitrate: BitsPerSec; readonly partMs: Ms; readonly stripes: number } {
  const records = rendition?.records ?? [];
  let bytes: Bytes = 0;
  let durationMs = 0;
  for (const { record } of records) {
    bytes += record.byteLength;
    durationMs += record.durationMs;
  }
  if (records.length === 0 || durationMs <= 0) {
    return { bitrate: BitsPerSec(0), partMs: Ms(0), stripes: stripesMax };
  }
  const pieces = pieceCount(bytes / records.length);
  return {
    bitrate: BitsPerSec((bytes * 8000) / durationMs),
    partMs: Ms(durationMs / records.length),
    stripes: stripeCount(pieces, stripesMax),
  };
}

/** Keeps the newest, in order; false when it is known already or older than what is kept. */
function remember(rendition: RenditionState, sealed: SealedRecord, kept: number): boolean {
  const { records } = rendition;
  let at = records.length;
  while (at > 0 && order(records[at - 1] as SealedRecord, sealed) > 0) at -= 1;
  const before = records[at - 1];
  if (before !== undefined && order(before, sealed) === 0) return false;
  if (at === 0 && records.length >= kept) return false;
  records.splice(at, 0, sealed);
  if (records.length > kept) records.shift();
  return true;
}

function order(x: SealedRecord, y: SealedRecord): number {
  return x.record.sequence - y.record.sequence || x.record.part - y.record.part;
}
