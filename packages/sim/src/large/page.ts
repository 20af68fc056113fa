/** A large event as one page that needs nothing else. */
import { count, percent, short, times } from '../report/figures.js';
import { escapeHtml } from '../report/html/markup.js';
import { type Panel, panelHtml } from '../report/html/panel.js';
import { plot } from '../report/html/plot.js';
import { clockText, timeAxis, valueAxis } from '../report/html/scale.js';
import { STYLE } from '../report/html/style.js';
import type { LargeReport } from './report.js';
import { type Section, sectionsOf } from './table.js';

export function largeHtmlOf(report: LargeReport): string {
  const { scenario, about, viewers, forMs, seed } = report;
  const facts = [`${count(viewers)} viewers`, `${clockText(forMs)} min live`, `seed ${seed}`];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(scenario)} – Shoal</title>
<style>${STYLE}</style>
</head>
<body>
<header><div class="brand">Shoal</div>
<h1>${escapeHtml(scenario)}</h1>
<p>${escapeHtml(about)}</p>
<p class="facts">${facts.map((fact) => `<span>${escapeHtml(fact)}</span>`).join('')}</p>
</header>
<dl class="tiles">${tilesOf(report).map(tileHtml).join('')}</dl>
<main>
${[peersPanel(report), coresPanel(report)].map(panelHtml).join('\n')}
</main>
${sectionsOf(report).map(sectionHtml).join('\n')}
</body>
</html>
`;
}

function tilesOf({
  sample,
  measured,
}: LargeReport): readonly (readonly [string, string, string])[] {
  const { offload, edgePeakShare, rebuffer } = sample;
  return [
    ['Carried by viewers', percent(offload.mean), `± ${percent(offload.within)} (95 %)`],
    [
      'Edge peak, of the CDN alone',
      percent(edgePeakShare.mean),
      `± ${percent(edgePeakShare.within)} (95 %)`,
    ],
    [
      'Time stalled',
      percent(rebuffer.ours.mean, 2),
      `CDN alone ${percent(rebuffer.plain.mean, 2)}`,
    ],
    ['Planning, cores', times(measured.planCores), `${times(measured.planCoresWorst)} at worst`],
    ['Joins wait, 99 %', `${measured.joinP99Ms.toFixed(1)} ms`, 'for the processor of a tracker'],
  ];
}

function tileHtml([name, figure, beside]: readonly [string, string, string]): string {
  return `<div class="tile"><dt>${escapeHtml(name)}</dt>
<dd class="figure">${escapeHtml(figure)}</dd>
<dd class="beside"><span>${escapeHtml(beside)}</span></dd></div>`;
}

function peersPanel({ series, forMs, peersMost }: LargeReport): Panel {
  const title = `${count(peersMost)} peers at once`;
  const points = series.map(({ at, peers }) => [at, peers] as const);
  return {
    title,
    detail: 'Peers that the trackers plan for',
    body: plot({
      name: title,
      x: timeAxis(forMs),
      y: valueAxis(peersMost, count),
      lines: [{ ink: 'peer', points, isFilled: true }],
    }),
  };
}

function coresPanel({ series, forMs, measured }: LargeReport): Panel {
  const [all, planning] = [times(measured.busyCores), times(measured.planCores)];
  const title = `Trackers took ${all} cores, planning ${planning} of them`;
  return {
    title,
    detail: 'Cores busy, mean of 10 s, all machines together',
    body: plot({
      name: title,
      x: timeAxis(forMs),
      y: valueAxis(measured.busyCoresWorst, (cores) => short(cores.toFixed(2))),
      lines: [
        {
          ink: 'plain',
          label: 'all',
          points: series.map(({ at, busyMs }) => [at, busyMs / MOMENT_MS]),
        },
        {
          ink: 'peer',
          label: 'planning',
          points: series.map(({ at, planMs }) => [at, planMs / MOMENT_MS]),
        },
      ],
    }),
  };
}

function sectionHtml({ title, rows }: Section): string {
  const lines = rows.map(([name = '', ...cells]) => {
    const data = cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('');
    return `<tr><th scope="row">${escapeHtml(name)}</th>${data}</tr>`;
  });
  return `<section><h2>${escapeHtml(title)}</h2><div class="scroll"><table class="figures"><tbody>
${lines.join('\n')}
</tbody></table></div></section>`;
}

const MOMENT_MS = 10_000;
