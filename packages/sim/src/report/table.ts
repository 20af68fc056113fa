/** Reports as tables for people. */
import { DEFAULT_TREE } from '../limit/limit.js';
import { ms, percent, times } from './figures.js';
import type { Report } from './report.js';

/** One line a figure, one column a report. */
export function tableOf(reports: readonly Report[]): string {
  return alignRows(ROWS.map(({ name, of }) => [name, ...reports.map(of)]));
}

/** The same run beside its limit and beside the CDN alone: same seed, same viewers, no engine. */
export function comparisonOf(report: Report, plain: Report): string {
  return alignRows(comparisonRows(report, plain));
}

/** Its cells; the first row names the columns. */
export function comparisonRows(report: Report, plain: Report): readonly (readonly string[])[] {
  const head = [`${report.scenario}, seed ${report.seed}`, 'Shoal', 'limit', 'CDN alone'];
  const rows = ROWS.filter(({ name }) => !HEAD.has(name)).map(({ name, of, limit, swarm }) => [
    name,
    of(report),
    limit?.(report) ?? '',
    swarm === true ? '' : of(plain),
  ]);
  return [head, ...rows];
}

/** Columns as wide as their widest cell. */
export function alignRows(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, [...cell].length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

interface Row {
  readonly name: string;
  of(report: Report): string;
  /** The best that these inputs leave. Where there is none, it is what the CDN alone does. */
  limit?(report: Report): string;
  /** Without peers it says nothing. */
  readonly swarm?: true;
}

const HEAD = new Set(['scenario', 'seed', '  limit']);

const ROWS: readonly Row[] = [
  { name: 'scenario', of: (r) => `${r.scenario}${r.plain ? ' (plain)' : ''}` },
  { name: 'seed', of: (r) => String(r.seed) },
  { name: 'viewers', of: (r) => String(r.viewers) },
  { name: 'offload', of: (r) => percent(r.offload), limit: (r) => percent(r.limit.offload) },
  { name: '  limit', of: (r) => `${percent(r.limit.offload)} (${r.limit.by})` },
  {
    name: 'copies',
    of: (r) => times(r.copies),
    limit: (r) => times((1 - r.limit.offload) * r.audience.viewers),
  },
  { name: '  last 20 s', of: (r) => times(r.copiesSteady) },
  { name: '  by reason', of: reasonsOf, swarm: true },
  { name: 'edge peak', of: (r) => `${(r.edgePeak / 1e6).toFixed(1)} Mbit/s` },
  { name: 'start-up median', of: (r) => ms(r.startMedianMs) },
  { name: '  95 %', of: (r) => ms(r.startP95Ms) },
  { name: '  never', of: (r) => String(r.neverStarted) },
  { name: 'stalls', of: (r) => String(r.stalls) },
  { name: '  viewers', of: (r) => String(r.stalledViewers) },
  { name: '  time', of: (r) => ms(r.stallMs) },
  { name: '  share of time', of: (r) => percent(r.rebuffer, 2) },
  { name: '  last at', of: (r) => (r.stalls === 0 ? '–' : ms(r.lastStallAt)) },
  { name: 'latency median', of: (r) => ms(r.latencyMedianMs) },
  { name: '  95 %', of: (r) => ms(r.latencyP95Ms) },
  { name: 'complete median', of: (r) => ms(r.completeMedianMs), swarm: true },
  { name: '  95 %', of: (r) => ms(r.completeP95Ms), swarm: true },
  { name: 'waste', of: (r) => percent(r.waste), limit: () => percent(0), swarm: true },
  { name: 'upload max/mean', of: (r) => times(r.fairness), limit: () => times(1), swarm: true },
  { name: 'across networks', of: (r) => percent(r.crossing.share), swarm: true },
  { name: '  blind pairing', of: (r) => percent(r.crossing.blindShare), swarm: true },
  { name: 'tree depth mean', of: (r) => times(r.depthMean), swarm: true },
  {
    name: '  most',
    of: (r) => (Number.isNaN(r.depthMax) ? '–' : String(r.depthMax)),
    limit: () => String(DEFAULT_TREE.hops),
    swarm: true,
  },
  { name: 'corrupt pieces', of: (r) => String(r.corrupt), swarm: true },
  { name: 'messages/viewer/s', of: (r) => times(r.messagesPerViewerSec), swarm: true },
  {
    name: 'tracker B/viewer',
    of: (r) => String(Math.round(r.trackerBytesPerViewer)),
    swarm: true,
  },
  {
    name: 'tracker of a core',
    of: (r) => (r.trackerLoad === undefined ? '–' : percent(r.trackerLoad, 2)),
    swarm: true,
  },
  { name: 'requests/viewer/min', of: (r) => times(r.edgeRequestsPerViewerMin) },
  { name: 'broken promises', of: (r) => String(r.broken.length), limit: () => '0', swarm: true },
  { name: 'events', of: (r) => String(r.events) },
];

/** Copies by the reason for their fetch, most first. */
export function reasonsOf(report: Report): string {
  return Object.entries(report.copiesByWhy)
    .filter(([, copies]) => copies >= 0.005)
    .sort(([, a], [, b]) => b - a)
    .map(([why, copies]) => `${why} ${copies.toFixed(2)}`)
    .join(', ');
}
