/** The tables under the plots: how the limit is made, and every figure. */
import { type Bound, DEFAULT_TREE } from '../../limit/limit.js';
import { percent, rate, short, times } from '../figures.js';
import type { Report } from '../report.js';
import { comparisonRows } from '../table.js';
import { escapeHtml } from './markup.js';

/** Every bound beside the inputs that it comes from; the lowest is the limit. */
export function limitTable({ limit, audience }: Report): string {
  const { viewers, joined, uploading, uplink, bitrate } = audience;
  const { children, hops } = DEFAULT_TREE;
  const [up, each] = [uplink, bitrate].map((bits) => short(rate(bits)));
  const why: Readonly<Record<Bound, string>> = {
    copies: `one copy leaves the edge, for ${times(viewers)} viewers at once`,
    tree: `one copy goes down a tree of ${children} children and ${hops} hops`,
    uplink: `${percent(uploading, 0)} upload over ${up}, at ${each} a viewer`,
    joined: `${percent(joined, 0)} of viewing time is of those who agreed to link`,
  };
  const rows = BOUNDS.map((bound) => {
    const isLimit = bound === limit.by ? ' class="least"' : '';
    return `<tr${isLimit}><th scope="row">${escapeHtml(why[bound])}</th>
<td>${percent(limit[bound])}</td></tr>`;
  });
  return `<section><h2>The limit is ${percent(limit.offload)}: the lowest of four bounds</h2>
<table><tbody>${rows.join('')}</tbody></table></section>`;
}

export function figureTable(report: Report, plain: Report): string {
  const [head = [], ...rows] = comparisonRows(report, plain);
  const [, ...columns] = head;
  return `<section><h2>Every figure beside its limit and beside the CDN alone</h2>
<div class="scroll"><table class="figures"><thead><tr><td></td>${columns
    .map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`)
    .join('')}</tr></thead>
<tbody>${rows.filter(isShort).map(rowHtml).join('\n')}</tbody></table></div></section>`;
}

/** What does not fit into a column stands beside a plot. */
function isShort([name = '']: readonly string[]): boolean {
  return name.trim() !== 'by reason';
}

function rowHtml([name = '', ...cells]: readonly string[]): string {
  const part = name.startsWith(' ') ? ' class="part"' : '';
  const data = cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('');
  return `<tr${part}><th scope="row">${escapeHtml(name.trim())}</th>${data}</tr>`;
}

const BOUNDS: readonly Bound[] = ['joined', 'copies', 'tree', 'uplink'];
