/**
 * What an upstream's answer allows a shared cache to do with it (RFC 9111), and what is assumed of
 * media where the upstream is silent.
 */
import { Ms } from '../units/index.js';
import { type Directives, readDirectives, secondsOf } from './directives.js';
import { ABSENT_MS } from './freshness.js';
import { readHttpDate } from './http-date.js';

/** An answer of an upstream: header names in lower case. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What the bytes are, as far as it bears on how long they stay true. */
export type Content =
  /** A playlist; `targetMs` is how often it changes while it grows. */
  | { readonly type: 'playlist'; readonly targetMs: Ms; readonly ended: boolean }
  /** A segment: HLS and DASH never change one under its address. */
  | { readonly type: 'segment' }
  | { readonly type: 'other' };

export interface LifetimeConfig {
  /** A segment whose upstream says nothing: long spares fetches, short forgives a reused name. */
  readonly segmentMs: Ms;
  /** A complete playlist whose upstream says nothing. */
  readonly endedMs: Ms;
  /** Anything else whose upstream says nothing: a tenth of its age, but no more than this. */
  readonly otherMsMax: Ms;
  /** How long after its time an answer may stand in for an upstream that fails. */
  readonly staleIfErrorMs: Ms;
  /** How long a viewer of anything but a live playlist waits before a stale answer is sent. */
  readonly cutOffMs: Ms;
}

export const DEFAULT_LIFETIME: LifetimeConfig = {
  segmentMs: Ms(60_000),
  endedMs: Ms(60_000),
  otherMsMax: Ms(60_000),
  staleIfErrorMs: Ms(60_000),
  cutOffMs: Ms(1000),
};

/** How long an answer may be used, counted from its age zero. */
export interface Lifetime {
  readonly freshMs: Ms;
  /** After that, this long: answer at once and ask behind the viewer's back (RFC 5861). */
  readonly renewMs: Ms;
  /** After `freshMs`, this long: answer when the upstream fails (RFC 5861). */
  readonly standInMs: Ms;
  /** How long a viewer waits for an upstream before that. */
  readonly cutOffMs: Ms;
}

/** Whether an answer to a request without credentials may be given to others. */
export function mayStore({ status, headers }: AnswerHead): boolean {
  const control = readDirectives(headers['cache-control']);
  if (control.has('no-store') || control.has('private')) return false;
  if (headers.vary?.includes('*') === true) return false;
  // A part of an object is not the object, and what came encoded was not asked for.
  if (status === 206 || status === 304 || status < 200) return false;
  return DEFAULT_STORABLE.has(status) || explicitMs(headers, control) !== undefined;
}

export function lifetimeOf(
  { status, headers }: AnswerHead,
  content: Content,
  config: LifetimeConfig = DEFAULT_LIFETIME,
): Lifetime {
  const control = readDirectives(headers['cache-control']);
  const checked = control.has('no-cache');
  const strict = checked || STRICT.some((name) => control.has(name));
  const freshMs = checked
    ? 0
    : (explicitMs(headers, control) ?? assumedMs(status, headers, content, config));
  return {
    freshMs: Ms(freshMs),
    renewMs: Ms(strict ? 0 : (secondsOf(control, 'stale-while-revalidate') ?? 0)),
    standInMs: Ms(strict ? 0 : (secondsOf(control, 'stale-if-error') ?? config.staleIfErrorMs)),
    cutOffMs: Ms(halfTargetMs(content) ?? config.cutOffMs),
  };
}

/**
 * How old an answer was when it came (RFC 9111 section 4.2.3). `wallMs` is the time of day in
 * milliseconds since 1970; `delayMs` how long the upstream took.
 */
export function ageAtArrival({ headers }: AnswerHead, wallMs: number, delayMs: Ms): Ms {
  const date = readHttpDate(headers.date);
  const apparent = date === undefined ? 0 : Math.max(0, wallMs - date);
  const said = /^\d{1,10}$/.test(headers.age ?? '') ? Number(headers.age) * 1000 : 0;
  return Ms(Math.max(apparent, said + delayMs));
}

/** What to do with a stored answer of this age. */
export type Use =
  /** Send it. */
  | 'fresh'
  /** Send it, and ask the upstream meanwhile. */
  | 'renew'
  /** Ask first; should the upstream fail or tarry, it may stand in. */
  | 'stand-in'
  /** Ask first; it is of no use otherwise. */
  | 'expired';

export function useOf(ageMs: Ms, { freshMs, renewMs, standInMs }: Lifetime): Use {
  if (ageMs < freshMs) return 'fresh';
  if (ageMs < freshMs + renewMs) return 'renew';
  return ageMs < freshMs + standInMs ? 'stand-in' : 'expired';
}

/** Half of how often a growing playlist changes: no viewer becomes a segment late. */
function halfTargetMs(content: Content): number | undefined {
  return content.type === 'playlist' && !content.ended ? content.targetMs / 2 : undefined;
}

/** What the upstream says, shared caches first; an `Expires` that is no date is the past. */
function explicitMs(headers: AnswerHead['headers'], control: Directives): number | undefined {
  const said = secondsOf(control, 's-maxage') ?? secondsOf(control, 'max-age');
  if (said !== undefined || headers.expires === undefined) return said;
  const [expires, date] = [readHttpDate(headers.expires), readHttpDate(headers.date)];
  return expires === undefined || date === undefined ? 0 : Math.max(0, expires - date);
}

function assumedMs(
  status: number,
  headers: AnswerHead['headers'],
  content: Content,
  config: LifetimeConfig,
): number {
  if (status >= 400) return ABSENT_MS;
  if (content.type === 'playlist') return halfTargetMs(content) ?? config.endedMs;
  if (content.type === 'segment') return config.segmentMs;
  const [changed, date] = [readHttpDate(headers['last-modified']), readHttpDate(headers.date)];
  if (changed === undefined || date === undefined) return 0;
  return Math.min(config.otherMsMax, Math.max(0, date - changed) / 10);
}

/** RFC 9110 section 15.1: storable unless the answer says otherwise. */
const DEFAULT_STORABLE = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);

/** With these nothing stale is ever sent (RFC 9111 section 4.2.4). */
const STRICT = ['must-revalidate', 'proxy-revalidate', 's-maxage'] as const;
