/** Turns the raw counts of one run into the figures of the table. Pure arithmetic. */

import { median, quantile, ratio, sum } from './numbers.mjs';

// Stalls after this are not the crowd's arrival any more.
const SETTLED_MS = 20_000;
// A segment published this long before the end has been asked for by everybody who wants it.
const ASKED_MS = 8_000;
const STEADY_MS = 20_000;

/** Figures of one run. Shares are 0..1, times carry their unit; undefined means not measured. */
export function measure(raw) {
  const viewers = raw.viewers.filter((viewer) => viewer.consumed);
  const bytes = byteFigures(viewers, raw.origin);
  const onlineMin = sum(
    raw.viewers.map((v) => ((v.collectedMs ?? raw.endMs) - v.arrivedMs) / 60e3),
  );
  const edge = edgeRequests(raw.origin.clients);
  return {
    viewers: raw.viewers.length,
    lost: raw.viewers.length - viewers.length,
    ...bytes,
    steadyCopies: viewers.length < raw.viewers.length ? undefined : steadyCopies(viewers, raw),
    ...startFigures(viewers),
    ...stallFigures(viewers, raw.startMs),
    ...latencyFigures(viewers),
    fairness: fairness(viewers),
    heights: heightShares(viewers),
    mediaRequestsPerViewerMin: ratio(edge.media, onlineMin),
    playlistRequestsPerViewerMin: ratio(edge.playlist, onlineMin),
    cpuPerViewerMin: ratio(raw.cpu.browsers, onlineMin),
    serverCpuPerViewerMin: ratio(raw.cpu.server, onlineMin),
    ...machineFigures(viewers, raw.busy),
  };
}

/**
 * Offload is what players appended without the edge sending it to viewers; the limit has each
 * segment that anybody appended sent once. Waste is what arrived (HTTP and peers, their
 * control messages included) and was never appended.
 */
export function byteFigures(viewers, origin) {
  const consumed = sum(viewers.map((v) => v.consumed.bytes));
  // A viewer whose page is lost says not what it appended, so what it was sent is left out, too.
  const http = sum(viewers.map(({ id }) => origin.clients[`v${id}`]?.media.bytes ?? 0));
  const peer = sum(viewers.map((v) => v.rtc.received));
  const unique = sum(Object.values(uniqueSegments(viewers)));
  return {
    consumed,
    http,
    peer,
    uploaded: sum(viewers.map((v) => v.rtc.sent)),
    offload: ratio(consumed - http, consumed),
    limit: ratio(consumed - unique, consumed),
    copies: ratio(http, unique),
    signerCopies: ratio(origin.clients.signer?.media.bytes ?? 0, unique),
    otherCopies: ratio(origin.clients.other?.media.bytes ?? 0, unique),
    waste: ratio(peer + http - consumed, consumed),
  };
}

/** Bytes of each segment that at least one player appended, once. */
export function uniqueSegments(viewers) {
  const unique = {};
  for (const { consumed } of viewers) {
    for (const [key, bytes] of Object.entries(consumed.segments)) {
      // A player that appends a segment twice counts double; the smallest sum is one copy.
      unique[key] = Math.min(unique[key] ?? Number.POSITIVE_INFINITY, bytes);
    }
  }
  return unique;
}

/** Copies of the segments published in the last 20 s that everybody has had time to ask for. */
export function steadyCopies(viewers, { origin, endMs }) {
  if (origin.channel === undefined) return undefined;
  const { startMs, segmentSec } = origin.channel;
  const publishedMs = (key) => startMs + (Number(key.split(':')[1]) + 1) * segmentSec * 1000;
  const unique = uniqueSegments(viewers);
  const keys = Object.keys(unique).filter((key) => {
    const ageMs = endMs - publishedMs(key);
    return ageMs >= ASKED_MS && ageMs < ASKED_MS + STEADY_MS;
  });
  const sent = sum(keys.map((key) => origin.segments[key]?.viewers ?? 0));
  return ratio(sent, sum(keys.map((key) => unique[key])));
}

function startFigures(viewers) {
  const starts = viewers.map((v) => v.marks.playing);
  return {
    started: starts.filter((ms) => ms !== undefined).length,
    startMs: median(starts),
    startMsP95: quantile(starts, 0.95),
  };
}

function stallFigures(viewers, startMs) {
  const started = viewers.filter((v) => v.marks.playing !== undefined);
  const stalls = started.flatMap((v) => v.stalls.filter(({ sec }) => sec > 0));
  const watchedSec = sum(started.map((v) => (v.onlineMs - v.marks.playing) / 1000));
  const late = stalls.filter(({ wallMs }) => wallMs - startMs > SETTLED_MS);
  return {
    stalledViewers: started.filter((v) => v.stalls.some(({ sec }) => sec > 0)).length,
    stallSec: sum(stalls.map(({ sec }) => sec)),
    stallShare: ratio(sum(stalls.map(({ sec }) => sec)), watchedSec),
    lateStallSec: sum(late.map(({ sec }) => sec)),
  };
}

function latencyFigures(viewers) {
  const own = viewers.map((v) => median(v.latencySec.slice(3)));
  return { latencySec: median(own), latencySecP95: quantile(own, 0.95) };
}

/** The busiest uploader over the mean: 1 is perfectly even. */
export function fairness(viewers) {
  const sent = viewers.map((v) => v.rtc.sent);
  return ratio(Math.max(...sent), sum(sent) / sent.length);
}

function heightShares(viewers) {
  const seconds = {};
  for (const { heights } of viewers) {
    for (const [height, count] of Object.entries(heights)) {
      seconds[height] = (seconds[height] ?? 0) + count;
    }
  }
  const all = sum(Object.values(seconds));
  return Object.fromEntries(Object.entries(seconds).map(([height, s]) => [height, s / all]));
}

function edgeRequests(clients) {
  const counts = viewerClients(clients);
  return {
    media: sum(counts.map(({ media }) => media.requests)),
    playlist: sum(counts.map(({ playlist }) => playlist.requests)),
  };
}

function viewerClients(clients) {
  return Object.entries(clients)
    .filter(([name]) => /^v\d+$/.test(name))
    .map(([, counts]) => counts);
}

function machineFigures(viewers, busy) {
  const lag = quantile(
    viewers.flatMap((v) => v.lagMs),
    0.95,
  );
  const total = sum(viewers.map((v) => v.frames.total ?? 0));
  const droppedShare = ratio(sum(viewers.map((v) => v.frames.dropped ?? 0)), total);
  const saturatedShare = ratio(busy.filter((b) => b > 0.9).length, busy.length) ?? 0;
  return {
    busy: median(busy),
    saturatedShare,
    pageLagMsP95: lag,
    droppedShare,
    machineBound: saturatedShare > 0.2 || (lag ?? 0) > 200 || (droppedShare ?? 0) > 0.05,
  };
}
