/** A live stream in parts, as an origin tells of it: the playlist and the record after each part. */
import {
  formatHint,
  type LiveSegment,
  type LiveView,
  mapTag,
  type OpenSegment,
  partHint,
  writeLivePlaylist,
} from '@shoal/core/media';
import { Ms } from '@shoal/core/units';
import { FLAG, type PartRecord } from '@shoal/core/wire';

export interface SegmentPlan {
  /** Durations of its parts. */
  readonly partsMs: readonly number[];
  readonly discontinuity: boolean;
  /** It needs another initialisation section than the one before. */
  readonly newMap: boolean;
  readonly independent: boolean;
}

/** What is known once a part is complete, and its segment with it when it is the last. */
export interface LiveStep {
  readonly record: PartRecord;
  readonly full: string;
  readonly update: string;
}

export function liveSteps(plans: readonly SegmentPlan[], windowMs: number): LiveStep[] {
  const steps: LiveStep[] = [];
  const all: LiveSegment[] = [];
  let [map, dateMs, independent, section] = [mapTag('i0.mp4'), 1_700_000_000_000, true, 0];
  plans.forEach((plan, sequence) => {
    if (plan.newMap) map = mapTag(`i${++section}.mp4`);
    independent &&= plan.independent;
    const open = { ...plan, dateMs, mapTag: map, parts: [] as OpenSegment['parts'][number][] };
    plan.partsMs.forEach((ms, part) => {
      const isFirst = part === 0;
      const isLast = part === plan.partsMs.length - 1;
      const partOf = { uri: `${sequence}.${part}.m4s`, durationMs: Ms(ms) };
      open.parts.push({ ...partOf, independent: isFirst && plan.independent });
      const next = isLast ? `${sequence + 1}.0.m4s` : `${sequence}.${part + 1}.m4s`;
      const durationMs = open.parts.reduce((sum, one) => sum + one.durationMs, 0);
      const segment = {
        ...{ sequence, durationMs, uri: `${sequence}.m4s`, discontinuity: plan.discontinuity },
        ...{ programDateTimeMs: dateMs, gap: false, mapTag: map, keyTags: [], otherTags: [] },
      };
      if (isLast) all.push({ segment, parts: [...open.parts] });
      if (isLast) dateMs += durationMs;
      const hint = partHint(open, next, isLast ? segment : undefined);
      const flags = (plan.independent ? FLAG.independent : 0) | (isLast ? FLAG.lastPart : 0);
      const record = { rendition: 0, sequence, part, flags, hint } as PartRecord;
      const at = { uri: 'r1.m3u8', lastSequence: sequence, lastPart: part };
      const view: LiveView = {
        ...{ targetMs: Ms(2000), partTargetMs: Ms(500), ...windowOf(all, windowMs), independent },
        ...{ open: isLast ? undefined : { ...open, parts: [...open.parts] }, hintUri: next },
        ...{ reports: [at], ended: false, extraTags: ['#EXT-X-SHOAL:VERSION=1'] },
      };
      const [full, update] = [writeLivePlaylist(view, false), writeLivePlaylist(view, true)];
      steps.push({ record, full, update });
    });
  });
  return steps;
}

/** The same stream encrypted: whole segments, each with a key line of its own. */
export function sealedSteps(plans: readonly SegmentPlan[], windowMs: number): LiveStep[] {
  const all: LiveSegment[] = [];
  let [map, dateMs, independent] = [mapTag('i0.mp4'), 1_700_000_000_000, true];
  return plans.map((plan, sequence) => {
    if (plan.newMap) map = mapTag(`i${sequence}.mp4`);
    independent &&= plan.independent;
    const durationMs = Ms(plan.partsMs.reduce((sum, ms) => sum + ms, 0));
    const keyTag = `#EXT-X-KEY:METHOD=AES-128,URI="${sequence >> 1}.key",IV=0x${sequence}`;
    const segment = {
      ...{ sequence, durationMs, uri: `${sequence}.m4s`, discontinuity: plan.discontinuity },
      ...{ programDateTimeMs: dateMs, gap: false, otherTags: [] },
      ...{ mapTag: map, mapKeyTags: [], keyTags: [keyTag] },
    };
    all.push({ segment, parts: [] });
    dateMs += durationMs;
    const flags = FLAG.lastPart | (plan.independent ? FLAG.independent : 0);
    const record = { rendition: 0, sequence, part: 0, flags, hint: formatHint(segment) };
    const view: LiveView = {
      ...{ targetMs: Ms(2000), partTargetMs: undefined, ...windowOf(all, windowMs), independent },
      ...{ open: undefined, hintUri: undefined, ended: false },
      reports: [{ uri: 'r1.m3u8', lastSequence: sequence, lastPart: undefined }],
      extraTags: ['#EXT-X-SHOAL:VERSION=1'],
    };
    const [full, update] = [writeLivePlaylist(view, false), writeLivePlaylist(view, true)];
    return { record: record as PartRecord, full, update };
  });
}

/** The fewest of the newest segments that fill the window. */
function windowOf(all: readonly LiveSegment[], windowMs: number) {
  let [left, first] = [windowMs, all.length];
  while (first > 0 && left > 0) left -= all[--first]!.segment.durationMs;
  const gone = all.slice(0, first).filter(({ segment }) => segment.discontinuity).length;
  return { segments: all.slice(first), mediaSequence: first, discontinuitySequence: gone };
}
