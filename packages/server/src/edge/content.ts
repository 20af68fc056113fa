/** What an answer is: it tells how long it stays true, and whether it is worth compressing. */
import type { Content } from '@shoal/core/edge';
import { Ms } from '@shoal/core/units';

/** Most characters of a playlist looked through for its target duration. */
const LOOKED_THROUGH_MAX = 64 * 1024;

/** Whether the whole text must be seen before its lifetime is known. */
export function isPlaylist(target: string, type: string | undefined): boolean {
  return PLAYLIST_TYPE.test(type ?? '') || PLAYLIST_NAME.test(nameOf(target));
}

/** `body` is read only when it is a playlist; one that cannot be read is taken to grow. */
export function contentOf(
  target: string,
  type: string | undefined,
  body: Buffer | undefined,
): Content {
  if (isPlaylist(target, type)) return body === undefined ? UNREAD : playlistOf(body);
  return { type: SEGMENT_NAME.test(nameOf(target)) ? 'segment' : 'other' };
}

/** Whether compressing it is worth the work: text only; media is compressed already. */
export function isPackable(target: string, type: string | undefined): boolean {
  return isPlaylist(target, type) || /^application\/(?:[\w.-]+\+)?json\b/i.test(type ?? '');
}

function playlistOf(body: Buffer): Content {
  const text = body.toString('latin1', 0, LOOKED_THROUGH_MAX);
  return text.trimStart().startsWith('#EXTM3U') ? hlsOf(text, body) : dashOf(text);
}

/** RFC 8216 section 6.3.4; with parts a playlist changes with each of them. */
function hlsOf(text: string, body: Buffer): Content {
  const part = /^#EXT-X-PART-INF:.*PART-TARGET=(\d{1,3}(?:\.\d{1,6})?)/m.exec(text)?.[1];
  const target = /^#EXT-X-TARGETDURATION:\s*(\d{1,5})/m.exec(text)?.[1];
  const tail = body.toString('latin1', Math.max(0, body.length - TAIL_BYTES));
  const ended = target === undefined || /^#EXT-X-ENDLIST/m.test(tail);
  return { type: 'playlist', targetMs: targetMs(part ?? target), ended };
}

/** ISO/IEC 23009-1 section 5.3.1.2: a manifest that changes says how often. */
function dashOf(text: string): Content {
  const period = /\bminimumUpdatePeriod="PT(\d{1,5}(?:\.\d{1,6})?)S"/.exec(text)?.[1];
  return { type: 'playlist', targetMs: targetMs(period), ended: !/\btype="dynamic"/.test(text) };
}

function targetMs(seconds: string | undefined): Ms {
  const ms = Number(seconds ?? 2) * 1000;
  return Ms(Math.min(TARGET_MS_MAX, Math.max(TARGET_MS_MIN, ms)));
}

function nameOf(target: string): string {
  const mark = target.indexOf('?');
  return mark < 0 ? target : target.slice(0, mark);
}

const UNREAD: Content = { type: 'playlist', targetMs: Ms(2000), ended: false };
const PLAYLIST_TYPE =
  /^(?:application\/(?:vnd\.apple\.mpegurl|x-mpegurl|dash\+xml)|audio\/(?:x-)?mpegurl)/i;
const PLAYLIST_NAME = /\.(?:m3u8?|mpd)$/i;
const SEGMENT_NAME = /\.(?:m4s|m4v|m4a|cmf[vat]|mp4|ts|aac|vtt|webvtt|key|init)$/i;
/** An end mark is the last line; comments may follow it. */
const TAIL_BYTES = 4096;
const TARGET_MS_MIN = 200;
const TARGET_MS_MAX = 10_000;
