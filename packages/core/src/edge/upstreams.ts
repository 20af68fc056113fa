/** Which upstream is asked: parents before origins, those that failed lately last; loops refused. */
import { Ms } from '../units/index.js';

/** What is remembered of one upstream. */
export interface UpstreamView {
  /** Failures since its last answer. */
  readonly failures: number;
  /** When the last of them was. */
  readonly failedAt: Ms;
}

export interface UpstreamConfig {
  /** How long an upstream rests after its first failure; each further one doubles it. */
  readonly restMs: Ms;
  /** The longest rest: a repaired upstream is back after this. */
  readonly restMsMax: Ms;
}

export const DEFAULT_UPSTREAM: UpstreamConfig = { restMs: Ms(1000), restMsMax: Ms(10_000) };

/**
 * The order in which to try upstreams, as places in the list given. Resting ones come last, but are
 * never left out: one that may answer is better than none.
 */
export function orderUpstreams(
  now: Ms,
  upstreams: readonly UpstreamView[],
  config: UpstreamConfig = DEFAULT_UPSTREAM,
): readonly number[] {
  const rests = upstreams.map((one) => isResting(now, one, config));
  const places = upstreams.map((_, place) => place);
  return [...places.filter((at) => !rests[at]), ...places.filter((at) => rests[at])];
}

function isResting(now: Ms, { failures, failedAt }: UpstreamView, config: UpstreamConfig): boolean {
  if (failures === 0) return false;
  const doubled = config.restMs * 2 ** Math.min(failures - 1, DOUBLINGS_MAX);
  return now - failedAt < Math.min(config.restMsMax, doubled);
}

/** Longest `CDN-Loop` read: a request that went through more caches than fit is a loop anyway. */
export const LOOP_CHARS_MAX = 1024;

/** Whether a request has been here before (RFC 8586), or came through too many. */
export function isLoop(header: string | undefined, id: string): boolean {
  if (header === undefined) return false;
  if (header.length > LOOP_CHARS_MAX) return true;
  const ids = header.split(',').map((one) => one.split(';', 1)[0]?.trim());
  return ids.length > HOPS_MAX || ids.includes(id);
}

/** Caches between a viewer and an origin; real ones have three. */
const HOPS_MAX = 8;
const DOUBLINGS_MAX = 20;
