/**
 * What players say of themselves (CMCD, CTA-5004), as metrics by stream. Anybody may say anything,
 * so how much is read, and of how many streams, is bounded.
 */
import { decodeCmcd } from '@svta/cml-cmcd';
import type { Meters } from '../telemetry/meters.js';
import { type CmcdMeters, createCmcdMeters } from './cmcd-meters.js';

/** Longest report that is read. */
export const REPORT_CHARS_MAX = 2048;

/** Reports read in a second, at some 20 µs each; what is more is only counted. */
export const REPORTS_PER_SEC_MAX = 2000;

export interface Cmcd {
  /** One report; `target` is what was asked for with it, if anything. */
  take(report: string, target?: string): void;
}

/** `now`: milliseconds on any clock. */
export function createCmcd(meters: Meters, now: () => number): Cmcd {
  const told = createCmcdMeters(meters, now);
  let second = Number.NaN;
  let read = 0;
  return {
    take: (report, target) => {
      const current = Math.floor(now() / 1000);
      if (current !== second) [second, read] = [current, 0];
      read += 1;
      if (read > REPORTS_PER_SEC_MAX) told.unread('rate');
      else if (report.length > REPORT_CHARS_MAX) told.unread('length');
      else fold(report, target, told);
    },
  };
}

function fold(report: string, target: string | undefined, told: CmcdMeters): void {
  let said: Readonly<Record<string, unknown>>;
  try {
    said = decodeCmcd(report, { convertToLatest: true }) as Readonly<Record<string, unknown>>;
  } catch {
    told.unread('malformed');
    return;
  }
  const stream = told.stream(nameOf(said, target));
  stream.report();
  const isVideo = said.ot === undefined || said.ot === 'v' || said.ot === 'av';
  const bitrate = isVideo ? highest(said.br) : undefined;
  const buffer = highest(said.bl);
  const start = highest(said.msd);
  if (bitrate !== undefined) stream.bitrate(bitrate);
  if (buffer !== undefined) stream.buffer(buffer);
  if (start !== undefined) stream.start(start);
  if (said.bs === true) stream.starved();
  if (said.su === true) stream.starting();
  if (said.e === 'e' || said.sta === 'f') stream.error();
}

/** The content id if the player gives one, or the folder of what it asked for. */
function nameOf(
  { cid, url }: Readonly<Record<string, unknown>>,
  target: string | undefined,
): string {
  if (typeof cid === 'string' && cid !== '') return cid;
  const asked = target ?? (typeof url === 'string' ? pathOf(url) : '');
  const path = asked.split('?', 1)[0] ?? '';
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}

/** A number, or the largest of those said of several tracks. */
function highest(value: unknown): number | undefined {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  const numbers = all.map(numberOf).filter((one) => one !== undefined);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

function numberOf(value: unknown): number | undefined {
  const bare: unknown =
    typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  return typeof bare === 'number' && bare >= 0 ? bare : undefined;
}
