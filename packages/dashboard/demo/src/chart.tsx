/** Where the bytes come from over the last two minutes: peers stacked on the edge. */
import { rateText } from './figures.js';
import { history } from './viewers.js';

const [WIDTH, HEIGHT, TICKS] = [560, 120, 120];

export function Chart() {
  const moments = smooth(history.value);
  const top = Math.max(1, ...moments.map(({ edgeRate, peerRate }) => edgeRate + peerRate));
  const edge = moments.map(({ edgeRate }) => edgeRate / top);
  const all = moments.map(({ edgeRate, peerRate }) => (edgeRate + peerRate) / top);
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img">
        <title>Bytes from peers and from the edge over time</title>
        <path class="area peer" d={area(all)} />
        <path class="area edge" d={area(edge)} />
      </svg>
      <figcaption>
        <span class="key peer">From viewers</span>
        <span class="key edge">From the edge</span>
        <span class="scale">top {rateText(top)}</span>
      </figcaption>
    </figure>
  );
}

/** Segments arrive in bursts; five ticks together show the rate. */
function smooth<T extends { edgeRate: number; peerRate: number }>(moments: readonly T[]) {
  return moments.map((_, index) => {
    const near = moments.slice(Math.max(0, index - 4), index + 1);
    const mean = (pick: (moment: T) => number): number =>
      near.reduce((sum, moment) => sum + pick(moment), 0) / near.length;
    return { edgeRate: mean((m) => m.edgeRate), peerRate: mean((m) => m.peerRate) };
  });
}

function area(heights: readonly number[]): string {
  if (heights.length < 2) return '';
  const x = (index: number): number => WIDTH - ((heights.length - 1 - index) * WIDTH) / (TICKS - 1);
  const line = heights
    .map((height, i) => `${x(i).toFixed(1)} ${(HEIGHT - height * (HEIGHT - 6)).toFixed(1)}`)
    .join('L');
  return `M${x(0).toFixed(1)} ${HEIGHT}L${line}L${WIDTH} ${HEIGHT}Z`;
}
