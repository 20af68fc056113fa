/** A run as one page that needs nothing else: no script, no font, no network. */
import type { Report } from '../report.js';
import { crossingPanel, edgePanel, offloadPanel, uploadPanel } from './delivery-panels.js';
import { headHtml } from './head.js';
import { escapeHtml } from './markup.js';
import { panelHtml } from './panel.js';
import { latencyPanel, stallPanel, startPanel } from './playback-panels.js';
import { STYLE } from './style.js';
import { depthPanel, trackerPanel } from './swarm-panels.js';
import { figureTable, limitTable } from './tables.js';

/** `plain` is the same scenario and seed with the CDN alone. */
export function htmlOf(report: Report, plain: Report): string {
  const panels = [
    offloadPanel(report),
    edgePanel(report, plain),
    startPanel(report, plain),
    stallPanel(report, plain),
    latencyPanel(report, plain),
    uploadPanel(report),
    crossingPanel(report),
    depthPanel(report),
    trackerPanel(report),
  ].filter((panel) => panel !== undefined);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(report.scenario)} – Shoal</title>
<style>${STYLE}</style>
</head>
<body>
${headHtml(report, plain)}
<main>
${panels.map(panelHtml).join('\n')}
</main>
${limitTable(report)}
${figureTable(report, plain)}
</body>
</html>
`;
}
