/** How the page looks: the colours and the type of the demo; teal is peers, amber is the edge. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f8fa, #07141d);
  --panel: light-dark(#ffffff, #0d202c);
  --line: light-dark(#dbe6eb, #1b3341);
  --ink: light-dark(#0e2733, #e8f2f5);
  --soft: light-dark(#55707e, #8fa9b5);
  --peer: light-dark(#0d9488, #2dd4bf);
  --edge: light-dark(#d97706, #fbbf24);
  --plain: light-dark(#7d95a1, #6f8a98);
  --peer-text: light-dark(#0b7a70, #2dd4bf);
  --edge-text: light-dark(#a85b04, #fbbf24);
  --plain-text: light-dark(#55707e, #8fa9b5);
}
* { box-sizing: border-box }
body {
  margin: 0 auto; max-width: 1200px; padding: 28px 24px 56px;
  background: var(--ground); color: var(--ink);
  font: 400 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums;
}
h1, h2, p, dl, dd, figure { margin: 0 }
header { margin-bottom: 24px }
header p { color: var(--soft) }
.brand {
  display: flex; align-items: center; gap: 8px; margin-bottom: 14px;
  font-size: 16px; font-weight: 650; letter-spacing: -.01em;
}
.brand svg { width: 24px; fill: var(--peer) }
h1 { font-size: 30px; font-weight: 650; line-height: 1.2; letter-spacing: -.02em }
h2 { font-size: 16px; font-weight: 620; line-height: 1.3; letter-spacing: -.005em }
.facts { display: flex; flex-wrap: wrap; gap: 0 18px; margin-top: 4px; font-size: 13px }

.tiles {
  display: flex; margin-bottom: 20px; padding: 6px 0;
  border: 1px solid var(--line); border-radius: 16px; background: var(--panel);
}
.tile { flex: 1; padding: 14px 22px }
.tile:first-child { flex: 1.6 }
.tile + .tile { border-left: 1px solid var(--line) }
.tile dt { color: var(--soft); font-size: 13px }
.tile .figure {
  font-size: 26px; font-weight: 620; line-height: 1.35; letter-spacing: -.02em;
  white-space: nowrap;
}
.tile:first-child .figure { color: var(--peer-text) }
.tile .beside { display: flex; flex-wrap: wrap; gap: 0 12px; color: var(--soft); font-size: 13px }
.tile .beside span { white-space: nowrap }
.gauge {
  position: relative; height: 5px; margin: 3px 0 7px; border-radius: 3px; background: var(--line);
}
.gauge i { display: block; height: 100%; border-radius: 3px; background: var(--peer) }
.gauge b { position: absolute; top: -3px; width: 2px; height: 11px; background: var(--ink) }

main { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px }
.panel, section {
  display: flex; flex-direction: column;
  padding: 20px 22px; border: 1px solid var(--line); border-radius: 16px;
  background: var(--panel);
}
figcaption { margin-bottom: 16px }
.panel:first-child, .panel:last-child:nth-child(even) { grid-column: 1 / -1 }
figcaption p {
  display: flex; flex-wrap: wrap; gap: 0 14px; color: var(--soft); font-size: 13px;
}
.key { white-space: nowrap }
.key::before {
  content: ""; display: inline-block; width: 9px; height: 9px; margin-right: 6px;
  border-radius: 3px; background: var(--plain);
}
.key.peer::before { background: var(--peer) }

.plot {
  display: grid; grid-template: 200px 22px / 58px minmax(0, 1fr) 76px; margin-top: auto;
  color: var(--soft); font-size: 12px; line-height: 1.3;
}
.field { position: relative; grid-area: 1 / 2 }
.field svg { display: block; width: 100%; height: 100%; overflow: visible }
.ticks, .ends { position: relative }
.ticks span, .ends span, .note { position: absolute; white-space: nowrap }
.ticks.y { grid-area: 1 / 1 }
.ticks.y span { right: 10px; transform: translateY(-50%) }
.ticks.x { grid-area: 2 / 2 }
.ticks.x span { top: 7px; transform: translateX(-50%) }
.ends { grid-area: 1 / 3 }
.unit { grid-area: 2 / 3; padding: 7px 0 0 28px }
.ends span { left: 8px; transform: translateY(-50%); font-weight: 560 }
.note { padding: 0 4px; color: var(--ink) }
path { vector-effect: non-scaling-stroke }
.grid, .mark, .line { fill: none }
.grid { stroke: var(--line); stroke-width: 1 }
.mark { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 1 3 }
.line { stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
.line.peer { stroke: var(--peer) }
.line.edge { stroke: var(--edge) }
.line.plain { stroke: var(--plain); stroke-width: 1.5 }
.line.limit { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 5 4; stroke-linecap: butt }
.line.faint { opacity: .45; stroke-width: 1.5 }
.fill { opacity: .16 }
.fill.peer, .bar.peer { fill: var(--peer) }
.fill.edge { fill: var(--edge) }
.bar { opacity: .85 }
.end.peer { color: var(--peer-text) }
.end.edge { color: var(--edge-text) }
.end.plain { color: var(--plain-text) }
.end.limit { color: var(--ink) }

.rows {
  display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 9px 12px;
  align-items: center; margin: auto 0; font-size: 13px;
}
.rows .second { margin-top: -7px }
.rows .label { color: var(--soft) }
.rows .figure { text-align: right }
.track {
  height: 14px; border-radius: 4px;
  background: color-mix(in srgb, var(--line) 55%, transparent);
}
.track i { display: block; height: 100%; border-radius: 4px }
.track .peer { background: var(--peer) }
.track .plain { background: var(--plain) }
.track .limit { background: var(--ink); opacity: .55 }

section { margin-top: 20px; overflow: hidden }
section h2 { margin-bottom: 12px }
.scroll { overflow-x: auto }
table { width: 100%; border-collapse: collapse; font-size: 14px }
th, td { padding: 6px 0 6px 18px; text-align: right; white-space: nowrap }
tr > :first-child { padding-left: 0; text-align: left }
tbody tr { border-top: 1px solid var(--line) }
tbody tr.part { border-top: 0 }
tbody th { color: var(--soft); font-weight: 400 }
.part th { padding-left: 14px }
thead th { color: var(--soft); font-size: 13px; font-weight: 560 }
.figures td:nth-child(2) { font-weight: 560 }
.least th, .least td { color: var(--ink); font-weight: 620 }
section tbody th { white-space: normal }

@media (max-width: 1000px) {
  .tiles { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)) }
  .tile:first-child { grid-column: 1 / -1 }
  .tile + .tile { border-top: 1px solid var(--line) }
  .tile:nth-child(even) { border-left: 0 }
}
@media (max-width: 760px) {
  body { padding: 20px 14px 40px }
  main { grid-template-columns: minmax(0, 1fr); gap: 14px }
  .panel, section { padding: 16px 14px }
  .tile { padding: 12px 14px }
  .tile .figure { font-size: 22px }
  .tile:first-child .figure { font-size: 34px }
  section { margin-top: 14px }
  .plot { grid-template: 180px 22px / 54px minmax(0, 1fr) 66px; font-size: 11px }
  .spare { display: none }
  table, thead th { font-size: 12px }
  th, td { padding-left: 10px }
}
`;
