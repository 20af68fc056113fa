/** The top of the page: what ran, and the figures that matter, each beside its limit. */
import { count, duration, percent, rate, times } from '../figures.js';
import type { Report } from '../report.js';
import { escapeHtml, fixed } from './markup.js';
import { clockText } from './scale.js';

export function headHtml(report: Report, plain: Report): string {
  const { scenario, about, seed, viewers, forMs, live, audience } = report;
  const facts = [
    `${count(viewers)} viewers`,
    `${clockText(forMs)} min ${live ? 'live' : 'on demand'}`,
    rate(audience.bitrate),
    `seed ${seed}`,
  ];
  return `<header>
<div class="brand"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="${FISH}"/></svg>Shoal</div>
<h1>${escapeHtml(scenario)}</h1>
<p>${escapeHtml(sentence(about))}</p>
<p class="facts">${facts.map((fact) => `<span>${escapeHtml(fact)}</span>`).join('')}</p>
</header>
<dl class="tiles">${tilesOf(report, plain).map(tileHtml).join('')}</dl>`;
}

interface Tile {
  readonly name: string;
  readonly figure: string;
  readonly beside: readonly string[];
  /** Drawn as a bar with a mark where the limit is. */
  readonly bar?: { readonly share: number; readonly limit: number };
}

function tilesOf(report: Report, plain: Report): readonly Tile[] {
  const { limit, audience, offload } = report;
  const least = times((1 - limit.offload) * audience.viewers);
  const tiles: readonly Tile[] = [
    {
      name: 'Carried by viewers',
      figure: percent(offload),
      beside: [`limit ${percent(limit.offload)}`, `CDN alone ${percent(plain.offload, 0)}`],
      bar: { share: offload, limit: limit.offload },
    },
    {
      name: 'Copies from the edge',
      figure: times(report.copies),
      beside: [`limit ${least}`, `CDN alone ${times(plain.copies)}`],
    },
    {
      name: 'Start-up, median',
      figure: duration(report.startMedianMs),
      beside: [`CDN alone ${duration(plain.startMedianMs)}`],
    },
    {
      name: 'Time stalled',
      figure: percent(report.rebuffer, 2),
      beside: [`CDN alone ${percent(plain.rebuffer, 2)}`],
    },
    {
      name: 'Behind live, median',
      figure: duration(report.latencyMedianMs),
      beside: [`CDN alone ${duration(plain.latencyMedianMs)}`],
    },
  ];
  return report.live ? tiles : tiles.slice(0, -1);
}

function tileHtml({ name, figure, beside, bar }: Tile): string {
  const words = beside.map((text) => `<span>${escapeHtml(text)}</span>`).join('');
  return `<div class="tile"><dt>${escapeHtml(name)}</dt>
<dd class="figure">${escapeHtml(figure)}</dd>${bar === undefined ? '' : barHtml(bar)}
<dd class="beside">${words}</dd></div>`;
}

function barHtml({ share, limit }: { share: number; limit: number }): string {
  const [width, mark] = [share, limit].map((of) => fixed(100 * Math.max(0, of)));
  return `<dd class="gauge" aria-hidden="true"><i style="width:${width}%"></i>
<b style="left:${mark}%"></b></dd>`;
}

function sentence(text: string): string {
  return text === '' ? '' : `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

const FISH = 'M3 16c5-8 14-8 19-2l6-5v14l-6-5c-5 6-14 6-19-2z';
