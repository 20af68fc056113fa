/** Panels on what viewers see: start-up, stalls, latency; always beside the CDN alone. */
import type { Ms } from '@shoal/core/units';
import { duration, percent, short } from '../figures.js';
import type { Report } from '../report.js';
import { type BarRow, barRows } from './bars.js';
import { cumulative, curveOf } from './curves.js';
import type { Panel } from './panel.js';
import { plot } from './plot.js';
import { SHARE_AXIS, timeAxis, valueAxis } from './scale.js';

export function startPanel(report: Report, plain: Report): Panel {
  const [ours, theirs] = [report.spreads.startMs, plain.spreads.startMs];
  const x = valueAxis(Math.max(ours.at(-1) ?? 0, theirs.at(-1) ?? 0), shortDuration);
  const [mine, other] = [report, plain].map((one) => duration(one.startMedianMs));
  const title = `Half the viewers start within ${mine}; with the CDN alone, ${other}`;
  const never = report.neverStarted > 0 ? `; ${report.neverStarted} never did` : '';
  return {
    title,
    detail: `Share of viewers that play, by time since they came${never}`,
    body: plot({
      name: title,
      x,
      y: SHARE_AXIS,
      lines: [
        { ink: 'plain', label: 'CDN alone', points: cumulative(theirs, startedOf(plain), x.top) },
        { ink: 'peer', label: 'Shoal', points: cumulative(ours, startedOf(report), x.top) },
      ],
    }),
  };
}

export function stallPanel(report: Report, plain: Report): Panel {
  const title = stallTitle(report.stalledViewers, plain.stalledViewers, report.viewers);
  return {
    title,
    detail: 'Share of viewers by the time that they stood still',
    key: [
      ['peer', 'Shoal'],
      ['plain', 'CDN alone'],
    ],
    body: barRows(
      CLASSES.flatMap(({ label, from, to }) =>
        [report, plain].map(({ plain: isPlain, spreads: { stallMs } }): BarRow => {
          const share = stallMs.filter((ms) => ms >= from && ms < to).length / stallMs.length;
          return {
            label: isPlain ? '' : label,
            ink: isPlain ? 'plain' : 'peer',
            share,
            figure: percent(share),
          };
        }),
      ),
    ),
  };
}

/** Undefined for a title, which is never behind. */
export function latencyPanel(report: Report, plain: Report): Panel | undefined {
  if (!report.live) return undefined;
  const median = ({ latencyMedianMs }: { latencyMedianMs: Ms | undefined }) => latencyMedianMs;
  const ours = curveOf(report.series, 1, (window) => window.map(median).at(-1));
  const theirs = curveOf(plain.series, 1, (window) => window.map(median).at(-1));
  const slow = curveOf(report.series, 1, (window) => window.at(-1)?.latencyP95Ms);
  const most = Math.max(...[...ours, ...theirs, ...slow].map(([, ms]) => ms), 0);
  const [mine, other] = [report, plain].map((one) => duration(one.latencyMedianMs));
  const title = `Viewers are ${mine} behind live; with the CDN alone, ${other}`;
  return {
    title,
    detail: 'Time from the end of the newest segment to the picture',
    body: plot({
      name: title,
      x: timeAxis(report.forMs),
      y: valueAxis(most, shortDuration),
      lines: [
        { ink: 'plain', label: 'CDN alone', points: theirs },
        { ink: 'peer', label: '95 %', points: slow, isFaint: true },
        { ink: 'peer', label: 'median', points: ours },
      ],
    }),
  };
}

function startedOf({ viewers, neverStarted }: Report): number {
  return (viewers - neverStarted) / viewers;
}

function shortDuration(ms: Ms): string {
  return short(duration(ms));
}

function stallTitle(ours: number, theirs: number, viewers: number): string {
  if (ours === 0 && theirs === 0) return 'Nobody stalls, with Shoal or without';
  const mine = ours === 0 ? 'Nobody stalls' : `${ours} of ${viewers} viewers stall`;
  return `${mine}; with the CDN alone, ${theirs === 0 ? 'nobody does' : `${theirs} do`}`;
}

const CLASSES = [
  { label: 'not at all', from: 0, to: 1 },
  { label: 'below 1 s', from: 1, to: 1_000 },
  { label: '1 to 5 s', from: 1_000, to: 5_000 },
  { label: '5 s and more', from: 5_000, to: Number.POSITIVE_INFINITY },
] as const;
