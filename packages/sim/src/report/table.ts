/** A report as a table for people. */
import type { Report } from './report.js';

/** One line a figure, one column a report. */
export function tableOf(reports: readonly Report[]): string {
  const rows: [string, ...string[]][] = ROWS.map(([name, cell]) => [name, ...reports.map(cell)]);
  const widths = [0, ...reports].map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
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

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const ms = (value: number): string => (Number.isNaN(value) ? '–' : `${Math.round(value)} ms`);
const times = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(2));

const ROWS: readonly (readonly [string, (report: Report) => string])[] = [
  ['scenario', (r) => `${r.scenario}${r.plain ? ' (plain)' : ''}`],
  ['seed', (r) => String(r.seed)],
  ['viewers', (r) => String(r.viewers)],
  ['offload', (r) => percent(r.offload)],
  ['  limit', (r) => percent(r.offloadLimit)],
  ['copies', (r) => times(r.copies)],
  ['  last 20 s', (r) => times(r.copiesSteady)],
  ['  by reason', (r) => reasonsOf(r)],
  ['start-up median', (r) => ms(r.startMedianMs)],
  ['  95 %', (r) => ms(r.startP95Ms)],
  ['  never', (r) => String(r.neverStarted)],
  ['stalls', (r) => `${r.stalls} of ${r.stalledViewers} viewers, ${ms(r.stallMs)}`],
  ['  share of time', (r) => `${(100 * r.rebuffer).toFixed(2)} %`],
  ['  last at', (r) => (r.stalls === 0 ? '–' : ms(r.lastStallAt))],
  ['latency median', (r) => ms(r.latencyMedianMs)],
  ['  95 %', (r) => ms(r.latencyP95Ms)],
  ['complete median', (r) => ms(r.completeMedianMs)],
  ['  95 %', (r) => ms(r.completeP95Ms)],
  ['waste', (r) => percent(r.waste)],
  ['upload max/mean', (r) => times(r.fairness)],
  ['corrupt pieces', (r) => String(r.corrupt)],
  ['messages/viewer/s', (r) => times(r.messagesPerViewerSec)],
  ['tracker B/viewer', (r) => String(Math.round(r.trackerBytesPerViewer))],
  ['requests/viewer/min', (r) => times(r.edgeRequestsPerViewerMin)],
  ['broken promises', (r) => String(r.broken.length)],
  ['events', (r) => String(r.events)],
];

function reasonsOf(report: Report): string {
  return Object.entries(report.copiesByWhy)
    .sort(([, a], [, b]) => b - a)
    .map(([why, copies]) => `${why} ${copies.toFixed(2)}`)
    .join(', ');
}
