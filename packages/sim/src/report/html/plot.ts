/**
 * Plots that stretch: lines and bars are SVG as wide as its place, words are HTML beside it, so
 * that they keep their size on a phone.
 */
import { escapeHtml, fixed } from './markup.js';
import type { Axis } from './scale.js';

/** Which colour, in both themes. */
export type Ink = 'peer' | 'edge' | 'plain' | 'limit';

export type Point = readonly [x: number, y: number];

export interface Line {
  readonly ink: Ink;
  /** Written at its right end; without one, it explains itself. */
  readonly label?: string;
  /** In order of x; a gap is where the x of two points are apart by more than `gap`. */
  readonly points: readonly Point[];
  readonly isFilled?: boolean;
  readonly isFaint?: boolean;
}

/** A moment worth knowing of, such as a fault. */
export interface Mark {
  readonly x: number;
  readonly label: string;
}

export interface PlotSpec {
  /** For those who do not see it. */
  readonly name: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines?: readonly Line[];
  readonly bars?: { readonly ink: Ink; readonly heights: readonly number[] };
  readonly marks?: readonly Mark[];
}

export function plot(spec: PlotSpec): string {
  const { x, y, lines = [], bars, marks = [] } = spec;
  const grid = y.ticks.map(({ at }) => `M0 ${down(at, y)}H100`).join('');
  return `<div class="plot">
<div class="ticks y">${y.ticks.map(({ at, label }) => yTick(down(at, y), label)).join('')}</div>
<div class="field"><svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img">
<title>${escapeHtml(spec.name)}</title>
<path class="grid" d="${grid}"/>
${bars === undefined ? '' : barPath(bars, y)}
${marks.map((mark) => `<path class="mark" d="M${across(mark.x, x)} 0V100"/>`).join('')}
${lines.map((line) => linePaths(line, x, y)).join('\n')}
</svg>${marks.map((mark, i) => markLabel(mark, i, x)).join('')}</div>
<div class="ends">${endLabels(lines, y)}</div>
<div class="ticks x">${x.ticks.map((tick, i) => xTick(tick, i, x)).join('')}</div>
<div class="unit">${escapeHtml(x.unit ?? '')}</div>
</div>`;
}

function across(value: number, { top }: Axis): string {
  return fixed((100 * value) / top);
}

function down(value: number, { top }: Axis): string {
  return fixed(100 - (100 * Math.min(value, top)) / top);
}

function linePaths({ ink, points, isFilled, isFaint }: Line, x: Axis, y: Axis): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return '';
  const path = points.map((point) => `${across(point[0], x)} ${down(point[1], y)}`).join('L');
  const faint = isFaint === true ? ' faint' : '';
  const line = `<path class="line ${ink}${faint}" d="M${path}"/>`;
  if (isFilled !== true) return line;
  const floor = `M${across(first[0], x)} 100L${path}L${across(last[0], x)} 100Z`;
  return `<path class="fill ${ink}" d="${floor}"/>${line}`;
}

/** Side by side, with a fifth of each left free. */
function barPath({ ink, heights }: NonNullable<PlotSpec['bars']>, y: Axis): string {
  const step = 100 / heights.length;
  const free = heights.length > MANY_BARS ? 0 : 0.2;
  const path = heights.map((height, i) => {
    const [left, right] = [(i + free / 2) * step, (i + 1 - free / 2) * step];
    return `M${fixed(left)} 100V${down(height, y)}H${fixed(right)}V100Z`;
  });
  return `<path class="bar ${ink}" d="${path.join('')}"/>`;
}

function yTick(top: string, label: string): string {
  return `<span style="top:${top}%">${escapeHtml(label)}</span>`;
}

/** Every other tick gives way on a phone, where there are many. */
function xTick({ at, label }: { at: number; label: string }, index: number, x: Axis): string {
  const spare = x.ticks.length > FEW_TICKS && index % 2 === 1 ? ' class="spare"' : '';
  return `<span${spare} style="left:${across(at, x)}%">${escapeHtml(label)}</span>`;
}

/** Words at the foot, where lines are few; to the left near the right edge, in rows in turn. */
function markLabel({ x: at, label }: Mark, index: number, x: Axis): string {
  const side = at > x.top * 0.7 ? 'right' : 'left';
  const place = side === 'left' ? at / x.top : 1 - at / x.top;
  const style = `${side}:${fixed(100 * place)}%;bottom:${index % MARK_ROWS}lh`;
  return `<span class="note" style="${style}">${escapeHtml(label)}</span>`;
}

/** At the height of each line's last point, moved apart where they would overlap. */
function endLabels(lines: readonly Line[], y: Axis): string {
  const wanted = lines.flatMap(({ ink, label, points }) => {
    const last = points.at(-1);
    if (label === undefined || last === undefined) return [];
    return [{ ink, label, top: Number(down(last[1], y)) }];
  });
  const tops = movedApart(wanted.map(({ top }) => top));
  return wanted
    .map(({ ink, label }, i) => {
      const style = `top:${fixed(tops[i] ?? 0)}%`;
      return `<span class="end ${ink}" style="${style}">${escapeHtml(label)}</span>`;
    })
    .join('');
}

/** Places from 0 to 100, at least `LABEL_GAP` apart, each as near to where it was as that allows. */
export function movedApart(places: readonly number[]): readonly number[] {
  const order = places
    .map((_, i) => i)
    .sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0) || a - b);
  const moved = places.slice();
  let least = 0;
  for (const i of order) {
    moved[i] = Math.max(least, moved[i] ?? 0);
    least = moved[i] + LABEL_GAP;
  }
  let most = 100;
  for (const i of order.reverse()) {
    moved[i] = Math.min(most, moved[i] ?? 0);
    most = moved[i] - LABEL_GAP;
  }
  return moved;
}

const MANY_BARS = 40;
const MARK_ROWS = 3;
const FEW_TICKS = 5;
/** In hundredths of the height of a plot: a line of words. */
const LABEL_GAP = 9;
