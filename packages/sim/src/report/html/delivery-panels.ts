/** Panels on where the bytes come from: offload, the edge, networks, uploads. */
import { Bytes } from '@shoal/core/units';
import { type Audience, offloadLimit } from '../../limit/limit.js';
import { percent, rate, short, size, times } from '../figures.js';
import type { Report } from '../report.js';
import type { Moment } from '../sampler.js';
import { reasonsOf } from '../table.js';
import { type BarRow, barRows } from './bars.js';
import { curveOf } from './curves.js';
import type { Panel } from './panel.js';
import { plot } from './plot.js';
import { SHARE_AXIS, timeAxis, valueAxis } from './scale.js';

export function offloadPanel(report: Report): Panel {
  const { series, forMs, audience, limit, happenings } = report;
  const title = `Viewers carried ${percent(report.offload)}, of ${percent(limit.offload)} at best`;
  return {
    title,
    detail: 'Share of all bytes received in the last 10 s that came from other viewers',
    body: plot({
      name: title,
      x: timeAxis(forMs),
      y: SHARE_AXIS,
      lines: [
        { ink: 'peer', label: 'Shoal', points: curveOf(series, 10, peerShare), isFilled: true },
        {
          ink: 'limit',
          label: 'limit',
          points: curveOf(series, 10, (window) => limitOf(window, audience)),
        },
      ],
      marks: happenings.map(({ at, what }) => ({ x: at, label: what })),
    }),
  };
}

export function edgePanel(report: Report, plain: Report): Panel {
  const [ours, theirs] = [report, plain].map(({ series }) => curveOf(series, 5, edgeRate));
  const most = Math.max(report.edgePeak, plain.edgePeak);
  const [mine, alone] = [report, plain].map(({ copies }) => times(copies));
  const title = `The edge sent ${mine} copies; alone it sent ${alone}`;
  return {
    title,
    detail: `Sent by the edge, mean of 5 s; copies by reason: ${reasonsOf(report)}`,
    body: plot({
      name: title,
      x: timeAxis(report.forMs),
      y: valueAxis(most, (bits) => short(rate(bits))),
      lines: [
        { ink: 'plain', label: 'CDN alone', points: theirs ?? [] },
        { ink: 'edge', label: 'with Shoal', points: ours ?? [], isFilled: true },
      ],
    }),
  };
}

/** Undefined where nobody uploaded. */
export function uploadPanel({ spreads, fairness }: Report): Panel | undefined {
  if (fairness === 0) return undefined;
  const { uploaded } = spreads;
  const mean = uploaded.reduce((total, bytes) => total + bytes, 0) / uploaded.length;
  const title = `The busiest viewer uploaded ${times(fairness)} times the mean`;
  const y = valueAxis(uploaded.at(-1) ?? 0, (bytes) => short(size(Bytes(bytes))));
  return {
    title,
    detail: `Uploaded by each viewer in order; evenly shared, each has ${size(Bytes(mean))}`,
    body: plot({
      name: title,
      x: { top: 1, ticks: RANKS },
      y,
      bars: { ink: 'peer', heights: uploaded },
      lines: [
        {
          ink: 'limit',
          label: 'even',
          points: [
            [0, mean],
            [1, mean],
          ],
        },
      ],
    }),
  };
}

/** Undefined where nobody sent anything. */
export function crossingPanel({ crossing, offload }: Report): Panel | undefined {
  const { share, blindShare } = crossing;
  if (Number.isNaN(share)) return undefined;
  const rows: BarRow[] = [
    { label: 'Shoal', ink: 'peer', share, figure: percent(share) },
    { label: 'blind pairing', ink: 'limit', share: blindShare, figure: percent(blindShare) },
    { label: 'CDN alone', ink: 'plain', share: 1, figure: percent(1) },
  ];
  const fromOutside = 1 - offload * (1 - share);
  const detail =
    blindShare === 1
      ? 'Every viewer is in a network of its own'
      : `With the edge's own bytes, ${percent(fromOutside)} of all come from outside a network`;
  return {
    title: `${short(percent(share))} of what viewers send each other crosses networks`,
    detail,
    body: barRows(rows),
  };
}

function peerShare(window: readonly Moment[]): number | undefined {
  const [peer, edge] = [total(window, 'peerBytes'), total(window, 'edgeBytes')];
  return peer + edge > 0 ? peer / (peer + edge) : undefined;
}

/** For those who are there, as a mean of the window, while anything is received. */
function limitOf(window: readonly Moment[], audience: Audience): number | undefined {
  const attended = window.filter(({ viewers }) => viewers > 0);
  if (attended.length === 0 || peerShare(window) === undefined) return undefined;
  const limits = attended.map(({ viewers, joined, uploading, uplink }) =>
    offloadLimit({
      ...audience,
      viewers,
      joined: joined / viewers,
      uploading: uploading / viewers,
      uplink: uploading > 0 ? uplink / uploading : 0,
    }),
  );
  return limits.reduce((total, { offload }) => total + offload, 0) / limits.length;
}

function edgeRate(window: readonly Moment[]): number {
  return (8 * total(window, 'edgeBytes')) / window.length;
}

function total(window: readonly Moment[], of: 'peerBytes' | 'edgeBytes'): number {
  return window.reduce((bytes, moment) => bytes + moment[of], 0);
}

const RANKS = [
  { at: 0.06, label: 'least' },
  { at: 0.94, label: 'most' },
];
