/** Panels on the trees and on the tracker that plans them. */
import { DEFAULT_TREE } from '../../limit/limit.js';
import { percent, short, times } from '../figures.js';
import type { Report } from '../report.js';
import { curveOf } from './curves.js';
import type { Panel } from './panel.js';
import { plot } from './plot.js';
import { timeAxis, valueAxis } from './scale.js';

/** Undefined where nobody was ever planned. */
export function depthPanel({ spreads, depthMean, depthMax }: Report): Panel | undefined {
  const { depths } = spreads;
  if (depths.length === 0) return undefined;
  const places = depths.reduce((total, n) => total + n, 0);
  const shares = depths.map((n) => n / places);
  const title = `Viewers stand ${times(depthMean)} hops below the root, ${depthMax} at most`;
  return {
    title,
    detail: `Share of places in trees by hops; plans keep to ${DEFAULT_TREE.hops}`,
    body: plot({
      name: title,
      x: {
        top: shares.length,
        ticks: shares.map((_, hops) => ({ at: hops + 0.5, label: hopWords(hops) })),
      },
      y: valueAxis(Math.max(...shares), (share) => short(percent(share))),
      bars: { ink: 'peer', heights: shares },
    }),
  };
}

/** Undefined where no clock was given. */
export function trackerPanel(report: Report): Panel | undefined {
  const { trackerLoad, series, forMs } = report;
  if (trackerLoad === undefined) return undefined;
  const points = curveOf(series, 5, (window) => {
    const spent = window.reduce((ms, { trackerMs }) => ms + (trackerMs ?? 0), 0);
    return spent / window.length;
  });
  const title = `Planning takes ${percent(trackerLoad, 2)} of a core`;
  return {
    title,
    detail: 'CPU time of the whole tracker, planning included, in ms a second; mean of 5 s',
    body: plot({
      name: title,
      x: timeAxis(forMs),
      y: valueAxis(Math.max(0, ...points.map(([, ms]) => ms)), (ms) =>
        short(`${ms.toFixed(3)} ms`),
      ),
      lines: [{ ink: 'peer', points, isFilled: true }],
    }),
  };
}

function hopWords(hops: number): string {
  return hops === 0 ? 'root' : hops === 1 ? '1 hop' : `${hops}`;
}
