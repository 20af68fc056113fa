/**
 * What an upstream's answer allows a shared cache to do with it (RFC 9111), and what is assumed of
 * media where the upstream is silent.
 */
import { Ms } from '../units/index.js';
import { type Directives, readDirectives, secondsOf } from './directives.js';
import { ABSENT_MS } from './freshness.js';
import { readHttpDate } from './http-date.js';
import { variesBy } from './vary.js';

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
  /** How long an error that an upstream answers is given to all: spares it a crowd; 0: to none. */
  readonly errorMs: Ms;
}

export const DEFAULT_LIFETIME: LifetimeConfig = {
  segmentMs: Ms(60_000),
  endedMs: Ms(60_000),
  otherMsMax: Ms(60_000),
  staleIfErrorMs: Ms(60_000),
  cutOffMs: Ms(1000),
  errorMs: ABSENT_MS,
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

/** What of an exchange says that its answer is for one asker alone. */
export interface Personal {
  /** The request carried `Authorization`. */
  readonly authorization: boolean;
  /** The request carried cookies, or the answer sets some, which are never stored. */
  readonly cookies: boolean;
}

/** Whether an answer may be given to others than its asker (RFC 9111 sections 3 and 3.5). */
export function mayStore(
  { status, headers }: AnswerHead,
  { authorization, cookies }: Personal = NOT_PERSONAL,
): boolean {
  const control = controlOf(headers);
  const understood = control.has('must-understand') && DEFAULT_STORABLE.has(status);
  if (control.has('must-understand') && !understood) return false;
  if ((control.has('no-store') && !understood) || control.has('private')) return false;
  if (variesBy(headers.vary) === undefined) return false;
  // A part of an object is not the object.
  if (status === 206 || status === 304 || status < 200) return false;
  if (authorization && !FOR_ALL.some((name) => control.has(name))) return false;
  if (explicitMs(headers, control) !== undefined) return true;
  return control.has('public') || (!cookies && DEFAULT_STORABLE.has(status));
}

export function lifetimeOf(
  { status, headers }: AnswerHead,
  content: Content,
  config: LifetimeConfig = DEFAULT_LIFETIME,
): Lifetime {
  const control = controlOf(headers);
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
  return Ms(Math.max(apparent, saidAgeMs(headers.age) + delayMs));
}

/** What is no number, or several, counts as very old: stale is the safe reading. */
function saidAgeMs(age: string | undefined): number {
  if (age === undefined) return 0;
  return /^\d{1,10}$/.test(age) ? Number(age) * 1000 : VERY_OLD_MS;
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

/** What is said to caches of a CDN goes before what is said to all (RFC 9213 section 2). */
function controlOf(headers: AnswerHead['headers']): Directives {
  return readDirectives(headers['cdn-cache-control'] ?? headers['cache-control']);
}

/** What the upstream says, shared caches first; an `Expires` that is no date is the past. */
function explicitMs(headers: AnswerHead['headers'], control: Directives): number | undefined {
  const said = secondsOf(control, 's-maxage') ?? secondsOf(control, 'max-age');
  if (said !== undefined || headers['cdn-cache-control'] !== undefined) return said;
  if (headers.expires === undefined) return undefined;
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

/** With one of these an answer to an authorized request is for all. */
const FOR_ALL = ['public', 'must-revalidate', 's-maxage'] as const;

const NOT_PERSONAL: Personal = { authorization: false, cookies: false };

/** RFC 9111 section 1.2.2: no age is counted further. */
const VERY_OLD_MS = 2 ** 31 * 1000;

/** With these nothing stale is ever sent (RFC 9111 section 4.2.4). */
const STRICT = ['must-revalidate', 'proxy-revalidate', 's-maxage'] as const;
