/** The metrics of what players report, for a bounded number of streams. */
import { Counter, Histogram } from 'prom-client';
import type { Meters } from '../telemetry/meters.js';

/** Streams that have figures of their own; further ones share those of `other`. */
export const REPORTED_STREAMS_MAX = 100;

/** Longest name of a stream in a metric; the rest is cut off. */
export const STREAM_LABEL_CHARS_MAX = 80;

/** What is counted for one stream. */
export interface StreamMeters {
  report(): void;
  /** Of the object asked for, in kbit/s. */
  bitrate(kbps: number): void;
  /** What the player has in hand, in ms. */
  buffer(ms: number): void;
  /** From the viewer's wish to the first frame, in ms. */
  start(ms: number): void;
  starved(): void;
  starting(): void;
  error(): void;
}

export interface CmcdMeters {
  stream(name: string): StreamMeters;
  unread(why: 'rate' | 'length' | 'malformed'): void;
}

export function createCmcdMeters({ registry }: Meters, now: () => number): CmcdMeters {
  const made = metrics(registry);
  const seen = new Map<string, { stream: StreamMeters; at: number }>();
  const forget = (name: string): void => {
    seen.delete(name);
    for (const metric of Object.values(made.byStream)) metric.remove({ stream: name });
  };
  /** Makes room by forgetting the stream that was silent longest, if it was for long. */
  const hasRoom = (): boolean => {
    if (seen.size < REPORTED_STREAMS_MAX) return true;
    const [oldest] = seen;
    if (oldest === undefined || now() - oldest[1].at < SILENT_MS) return false;
    forget(oldest[0]);
    return true;
  };
  const other = metersOf(made.byStream, OTHER);
  return {
    stream: (name) => {
      const label = labelOf(name);
      if (label === OTHER) return other;
      let known = seen.get(label);
      if (known === undefined && !hasRoom()) return other;
      known ??= { stream: metersOf(made.byStream, label), at: 0 };
      known.at = now();
      // The order of the map is that of the last reports.
      seen.delete(label);
      seen.set(label, known);
      return known.stream;
    },
    unread: (why) => made.unread.inc({ why }),
  };
}

type ByStream = ReturnType<typeof metrics>['byStream'];

function metrics(registry: Meters['registry']) {
  const common = <L extends string>(name: string, help: string, ...labelNames: L[]) => ({
    name: `shoal_cmcd_${name}`,
    help,
    labelNames,
    registers: [registry],
  });
  const counter = (name: string, help: string) =>
    new Counter(common(`${name}_total`, help, 'stream'));
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ ...common(name, help, 'stream'), buckets });
  return {
    unread: new Counter(common('unread_total', 'Reports of players that were not read', 'why')),
    byStream: {
      reports: counter('reports', 'Reports of players that were read'),
      starved: counter('starvations', 'Reports of a buffer that ran empty'),
      starting: counter('startup_requests', 'Requests a player makes before it plays'),
      errors: counter('errors', 'Reports of an error of the player'),
      bitrate: histogram(
        'bitrate_kbps',
        'Bitrate of video asked for',
        [500, 1000, 2000, 4000, 8000, 16_000],
      ),
      buffer: histogram(
        'buffer_ms',
        'Media that players have in hand',
        [1000, 2500, 5000, 10_000, 20_000, 40_000],
      ),
      start: histogram('start_ms', 'Time to the first frame', [250, 500, 1000, 2000, 4000, 8000]),
    },
  };
}

function metersOf(by: ByStream, stream: string): StreamMeters {
  const label = { stream };
  return {
    report: () => by.reports.inc(label),
    bitrate: (kbps) => by.bitrate.observe(label, Math.min(kbps, VALUE_MAX)),
    buffer: (ms) => by.buffer.observe(label, Math.min(ms, VALUE_MAX)),
    start: (ms) => by.start.observe(label, Math.min(ms, VALUE_MAX)),
    starved: () => by.starved.inc(label),
    starting: () => by.starting.inc(label),
    error: () => by.errors.inc(label),
  };
}

function labelOf(name: string): string {
  const label = name.slice(0, STREAM_LABEL_CHARS_MAX).replace(/[^\x20-\x7e]/g, '?');
  return label === '' ? OTHER : label;
}

const OTHER = 'other';
/** A stream without reports for so long gives its place away. */
const SILENT_MS = 600_000;
/** One liar must not spoil a sum: ten hours, or 10 Gbit/s, count for more. */
const VALUE_MAX = 10_000_000;
