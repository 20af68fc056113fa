/** Conditional requests (RFC 9110 section 13): whether the asker already has what we would send. */

import { readHttpDate } from './http-date.js';

/** Longest header looked at; a longer one counts as absent. */
export const CONDITION_HEADER_MAX = 1024;

/** Whether `If-None-Match` names `etag` (weak comparison), so that 304 is the answer. */
export function matchesNone(header: string | undefined, etag: string | undefined): boolean {
  if (header === undefined || etag === undefined || header.length > CONDITION_HEADER_MAX) {
    return false;
  }
  if (header.trim() === '*') return true;
  return header.split(',').some((one) => opaque(one.trim()) === opaque(etag));
}

/**
 * Whether an asker with these headers already has an answer with these, so that 304 is the answer.
 * Tags go before dates (RFC 9110 section 13.2.2).
 */
export function hasAlready(
  asked: Readonly<Record<string, string | readonly string[] | undefined>>,
  etag: string | undefined,
  lastModified: string | undefined,
): boolean {
  const { 'if-none-match': tags, 'if-modified-since': since } = asked;
  if (tags !== undefined) return matchesNone(String(tags), etag);
  const [changed, had] = [readHttpDate(lastModified), readHttpDate(since as string | undefined)];
  return changed !== undefined && had !== undefined && changed <= had;
}

/**
 * Whether a range may be sent under `If-Range`: only for the very same bytes (strong comparison).
 */
export function mayRange(header: string | undefined, etag: string | undefined): boolean {
  if (header === undefined) return true;
  return etag !== undefined && !etag.startsWith('W/') && header.trim() === etag;
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
