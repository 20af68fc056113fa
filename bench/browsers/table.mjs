/** The tables: one block a case, one line an engine, for the terminal and as markdown. */

import { CASES } from './cases.mjs';
import { ENGINES } from './engines.mjs';

const percent = (v, digits = 1) => (v === undefined ? '–' : (v * 100).toFixed(digits));
const fixed = (v, digits) => (v === undefined ? '–' : v.toFixed(digits));

/** Heading and cell of each column; a cell sees the summary `s` and the case's plain summary. */
const COLUMNS = [
  ['engine', (s) => ENGINES[s.engine]?.title ?? s.engine],
  ['offload % (limit)', (s) => `${percent(s.median.offload)} (${percent(s.median.limit)})`],
  ['runs', (s) => spreadText(s.spread.offload)],
  ['copies', (s) => fixed(s.median.copies, 2)],
  ['steady', (s) => fixed(s.median.steadyCopies, 2)],
  ['signer', (s) => fixed(s.median.signerCopies, 2)],
  ['start ms med/p95', (s) => `${fixed(s.median.startMs, 0)}/${fixed(s.median.startMsP95, 0)}`],
  ['playing', (s) => `${s.median.started}/${s.median.viewers}`],
  ['stalls: viewers, s, %', stallCell],
  ['after 20 s', (s) => fixed(s.median.lateStallSec, 1)],
  ['latency s med/p95', (s) => pair(s.median.latencySec, s.median.latencySecP95)],
  ['upload max/mean', (s) => fixed(s.median.fairness, 2)],
  ['waste %', (s) => percent(s.median.waste)],
  ['picture', heightCell],
  ['edge req/viewer-min', requestCell],
  ['CPU s/viewer-min', cpuCell],
  ['server CPU', (s) => fixed(s.median.serverCpuPerViewerMin, 2)],
  ['machine', machineCell],
];

/** Rows of one case: the head, then a list of cells for each summary. */
function rowsOf(summaries) {
  const plain = summaries.find(({ engine }) => engine === 'plain');
  const rows = summaries.map((s) => COLUMNS.map(([, cell]) => cell(s, plain)));
  return [COLUMNS.map(([title]) => title), ...rows];
}

/** Terminal text of `{ [case]: { seconds, viewers, engines: { [engine]: summary } } }`. */
export function terminalTable(results) {
  return eachCase(results, (title, rows) => {
    // Turned on its side: one line a figure, since a terminal is narrower than the table.
    const turned = rows[0].map((_, column) => rows.map((row) => row[column]));
    const widths = rows.map((row) => Math.max(...row.map((cell) => cell.length)));
    const lines = turned.map((cells) => cells.map((cell, i) => cell.padEnd(widths[i])).join('  '));
    return `\n${title}\n${lines.join('\n')}\n`;
  });
}

export function markdownTable(results) {
  return eachCase(results, (title, [head, ...rows]) => {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    const rule = `|${'---|'.repeat(head.length)}`;
    return `\n### ${title}\n\n${[line(head), rule, ...rows.map(line)].join('\n')}\n`;
  });
}

function eachCase(results, write) {
  return Object.entries(results)
    .map(([name, { seconds, viewers, engines }]) => {
      const summaries = Object.entries(engines).map(([engine, s]) => ({ engine, ...s }));
      const runs = Math.max(...summaries.map((s) => s.runs));
      const size = `${viewers} viewers, ${seconds} s, median of ${runs}`;
      return write(`${name}: ${CASES[name]?.title ?? ''} (${size})`, rowsOf(summaries));
    })
    .join('');
}

function stallCell({ median }) {
  const { stalledViewers, stallSec, stallShare } = median;
  return stallSec > 0
    ? `${stalledViewers}, ${fixed(stallSec, 1)}, ${percent(stallShare, 2)}`
    : 'none';
}

function heightCell({ heights }) {
  const shares = Object.entries(heights ?? {}).sort(([a], [b]) => Number(b) - Number(a));
  return shares.map(([height, share]) => `${height}p ${percent(share, 0)}%`).join(' ') || '–';
}

function requestCell({ median }) {
  return pair(median.mediaRequestsPerViewerMin, median.playlistRequestsPerViewerMin);
}

function cpuCell(s, plain) {
  const own = s.median.cpuPerViewerMin;
  const base = plain?.median.cpuPerViewerMin;
  return s === plain || !base ? fixed(own, 2) : `${fixed(own, 2)} (${fixed(own / base, 2)}×)`;
}

function machineCell(s) {
  const busy = `${percent(s.median.busy, 0)}% busy`;
  return s.machineBound > 0 ? `${busy}, MACHINE-BOUND ${s.machineBound}/${s.runs}` : busy;
}

const pair = (a, b) => (a === undefined ? '–' : `${fixed(a, 1)}/${fixed(b, 1)}`);
const spreadText = (s) => (s === undefined ? '–' : s.map((v) => percent(v)).join('…'));
