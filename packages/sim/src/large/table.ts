/** A large event as a table for people. */
import { count, duration, percent, size, times } from '../report/figures.js';
import { alignRows } from '../report/table.js';
import type { Estimate } from './estimate.js';
import type { Arms, LargeReport } from './report.js';

export function largeTableOf(report: LargeReport): string {
  return sectionsOf(report)
    .map(({ title, rows }) => `${title}\n${alignRows(rows)}`)
    .join('\n\n');
}

export interface Section {
  readonly title: string;
  /** The first cell names a figure. */
  readonly rows: readonly (readonly string[])[];
}

/** What is known of all, what is estimated from a sample, and what it took. */
export function sectionsOf(report: LargeReport): readonly Section[] {
  return [trackerSection(report), sampleSection(report), costSection(report)];
}

function trackerSection(report: LargeReport): Section {
  const { viewers, machines, counts, measured, peersMost, clusters } = report;
  const cores = (mean: number, worst: number): string =>
    `${times(mean)} cores (${times(worst)} in the worst 10 s)`;
  const on = machines === 1 ? 'one machine' : `${machines} machines`;
  return {
    title: `Trackers, all ${count(viewers)} viewers on ${on}:`,
    rows: [
      ['joins', `${count(counts.joins)} (${count(counts.refused)} told to come again)`],
      ['peers at once', count(peersMost)],
      ['clusters', count(clusters)],
      ['links made', count(counts.links)],
      ['plans told', count(counts.plans)],
      ['planning', cores(measured.planCores, measured.planCoresWorst)],
      ['all of the tracker', cores(measured.busyCores, measured.busyCoresWorst)],
      ['a join waits, median', queueMs(measured.joinP50Ms)],
      ['  99 %', queueMs(measured.joinP99Ms)],
      ['  most', queueMs(measured.joinMaxMs)],
    ],
  };
}

function sampleSection({ sample }: LargeReport): Section {
  const { clusters, viewers, windowMs } = sample;
  const both = (name: string, arms: Arms, show: (value: number) => string): string[] => [
    name,
    shown(arms.ours, show),
    shown(arms.plain, show),
    shown(arms.more, show),
  ];
  const share = (value: number): string => percent(value, 2);
  const drawn = `${count(viewers)} viewers of ${clusters} clusters drawn by lot`;
  return {
    title: `Piece by piece, ${drawn}, ${duration(windowMs)} each, with 95 % confidence:`,
    rows: [
      ['', 'Shoal', 'CDN alone', 'difference'],
      ['offload while they come', shown(sample.offloadComing, share)],
      ['  once all are there', shown(sample.offloadSteady, share)],
      ['  over the event', shown(sample.offload, share)],
      both('start-up median', sample.startMedianMs, milliseconds),
      both('  95 %', sample.startP95Ms, milliseconds),
      both('stalled, share of time', sample.rebuffer, (value) => percent(value, 3)),
      both('latency median', sample.latencyMedianMs, milliseconds),
      ['edge peak, of the CDN alone', shown(sample.edgePeakShare, share)],
      ['broken promises', String(sample.broken.length)],
    ],
  };
}

function costSection({ cost, sample }: LargeReport): Section {
  return {
    title: 'This run:',
    rows: [
      ['took', duration(cost.wallMs)],
      ['CPU time', duration(cost.cpuMs)],
      ['memory, at most', size(cost.rssBytes)],
      ['pieces delivered', count(sample.pieces)],
    ],
  };
}

function shown({ mean, within }: Estimate, show: (value: number) => string): string {
  return `${show(mean)} ± ${show(within)}`;
}

function milliseconds(value: number): string {
  return Number.isFinite(value) ? `${Math.round(value)} ms`.replace('-', '−') : '–';
}

function queueMs(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(2)} ms` : '–';
}
