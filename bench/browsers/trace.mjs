/** The start-up of each viewer as a table: where its first second went. */

const MARKS = ['init appended', 'first append', 'playing', 'first connection', 'channel open'];

/** Text for the terminal; times are ms since navigation. */
export function traceTable(raw) {
  const heads = [
    'viewer',
    'arrived',
    'script',
    'playlist',
    'fragment: ask',
    'byte',
    'end',
    ...MARKS,
  ];
  heads.push('first peer bytes', 'stalls', 'MB eaten', 'MB peers', 'MB http', 'MB up', 'links');
  const rows = raw.viewers.map((viewer) => rowOf(viewer, raw));
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
  const line = (cells) => cells.map((cell, i) => cell.padStart(widths[i])).join('  ');
  return [line(heads), ...rows.map(line), ...statLines(raw), ...consoleLines(raw)].join('\n');
}

function rowOf(viewer, raw) {
  if (!viewer.consumed) return [`${viewer.id}`, ...Array(18).fill('?')];
  const { requests, marks, rtc, consumed, stalls } = viewer;
  const mb = (bytes) => (bytes / 1e6).toFixed(2);
  const text = (value) => (value === undefined ? '–' : String(value));
  const http = raw.origin.clients[`v${viewer.id}`]?.media.bytes ?? 0;
  return [
    viewer.id,
    viewer.arrivedMs - raw.startMs,
    requests.script?.[2],
    requests.playlist?.[2],
    ...(requests.fragment ?? [undefined, undefined, undefined]),
    ...MARKS.map((name) => marks[name]),
    marks['first peer bytes'],
    stalls.map(({ atMs, sec }) => `${sec}@${Math.round(atMs / 1000)}`).join(' ') || '–',
    ...[mb(consumed.bytes), mb(rtc.received), mb(http), mb(rtc.sent)],
    `${rtc.opened}/${rtc.made}`,
  ].map(text);
}

function statLines(raw) {
  const known = raw.viewers.filter(({ engine }) => engine);
  return known.map(({ id, engine }) => `viewer ${id}: ${JSON.stringify(engine).slice(0, 400)}`);
}

function consoleLines(raw) {
  return raw.viewers.flatMap(({ id, messages, errors }) =>
    [...(messages ?? []), ...(errors ?? [])].slice(0, 5).map((text) => `viewer ${id}: ${text}`),
  );
}
