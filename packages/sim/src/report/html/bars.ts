/** Shares as bars that lie: one line a share, words on the left, the figure on the right. */
import { escapeHtml, fixed } from './markup.js';
import type { Ink } from './plot.js';

export interface BarRow {
  /** Without one, it belongs to the row above. */
  readonly label: string;
  readonly ink: Ink;
  readonly share: number;
  readonly figure: string;
}

export function barRows(rows: readonly BarRow[]): string {
  return `<div class="rows">${rows.map(barRow).join('')}</div>`;
}

function barRow({ label, ink, share, figure }: BarRow): string {
  const width = fixed(100 * Math.min(1, Math.max(0, share)));
  const pair = label === '' ? ' second' : '';
  return `<span class="label${pair}">${escapeHtml(label)}</span>
<span class="track${pair}"><i class="${ink}" style="width:${width}%"></i></span>
<span class="figure${pair}">${escapeHtml(figure)}</span>`;
}
