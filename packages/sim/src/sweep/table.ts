/** A sweep as a table, with what is won and what it costs in time as bars beside each other. */
import { ms, percent, size, times } from '../report/figures.js';
import { alignRows } from '../report/table.js';
import type { SweepRow } from './sweep.js';

/** The row of the default is marked. */
export function sweepTable(path: string, rows: readonly SweepRow[], usual: number): string {
  const head = [path, 'of limit', '+-', 'start-up', 'stalled', 'complete 95 %', 'messages/s'];
  const more = ['tracker', 'requests/min', 'of limit', 'complete'];
  const gains = barsOf(rows.map(({ reached }) => reached));
  const delays = barsOf(rows.map(({ completeP95Ms }) => completeP95Ms));
  const lines = rows.map((row, i) => [
    `${row.value}${row.value === usual ? ' *' : ''}`,
    percent(row.reached),
    percent(row.spread),
    ms(row.startMedianMs),
    ms(row.stallMs),
    ms(row.completeP95Ms),
    times(row.messagesPerViewerSec),
    size(row.trackerBytesPerViewer),
    times(row.edgeRequestsPerViewerMin),
    gains[i] ?? '',
    delays[i] ?? '',
  ]);
  return `${alignRows([[...head, ...more], ...lines])}\n* default: ${usual}`;
}

/** From the least, which has one block, to the most. */
export function barsOf(values: readonly number[]): readonly string[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const range = most - least;
  return values.map((value) => {
    const share = range > 0 ? (value - least) / range : 1;
    return '█'.repeat(1 + Math.round(share * (BAR_BLOCKS - 1)));
  });
}

const BAR_BLOCKS = 12;
