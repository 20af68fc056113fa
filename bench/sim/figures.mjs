/** What the table needs of a run, beside its report. */

/** `cpuSec`: what the run took. */
export function figuresOf(simulation, report, cpuSec) {
  const { offload, rebuffer, startMedianMs, startP95Ms, neverStarted, copies } = report;
  const { copiesSteady, latencyMedianMs, waste, broken, events } = report;
  const figures = simulation.visits.flatMap(({ viewer }) => viewer?.figures ?? []);
  return {
    offload,
    limit: limitOf(simulation, report),
    copies,
    copiesSteady,
    rebuffer,
    startMedianMs,
    startP95Ms,
    neverStarted,
    latencyMedianMs,
    waste,
    edgePeak: peakOf(simulation.edge.sent),
    lateStallers: lateStallers(simulation),
    unverified: figures.reduce((sum, one) => sum + one.unverifiedDelivered, 0),
    broken: broken.length,
    pieces: simulation.fabric.counts.pieces,
    events,
    cpuSec,
  };
}

/**
 * The least that the edge must send: all to those who have not joined or cannot, one copy to the
 * others; and nobody receives from peers what no peer's uplink carries, less a tenth for headers.
 */
function limitOf({ scenario, visits }, { offloadLimit }) {
  const honest = visits.filter(({ spec }) => (spec.behaviour ?? 'good') === 'good');
  const stay = ({ spec }) =>
    Math.max(0, Math.min(scenario.forMs, spec.leaveAt ?? scenario.forMs) - spec.arriveAt);
  const total = (some, of) => some.reduce((sum, visit) => sum + stay(visit) * of(visit), 0);
  const all = total(honest, () => 1);
  const joined = honest.filter(({ spec }) => spec.consent !== false && spec.nat !== 'blocked');
  const uploaders = joined.filter(({ spec }) => spec.uploads !== false);
  const uplink = (0.9 * total(uploaders, ({ spec }) => spec.up)) / all;
  const bitrate = total(honest, ({ spec }) => bitrateOf(scenario, spec)) / all;
  return Math.min(total(joined, () => 1) / all - (1 - offloadLimit), uplink / bitrate);
}

/** What a viewer plays most of the time. */
function bitrateOf({ media }, { ladder }) {
  const rendition = ladder?.switches.at(-1)?.to ?? ladder?.first ?? 0;
  return media.bitrates[rendition];
}

/** Most that left in five seconds, in bit/s. */
function peakOf(sent) {
  const seconds = [];
  for (const { at, bytes } of sent) {
    const second = Math.floor(at / 1000);
    seconds[second] = (seconds[second] ?? 0) + bytes;
  }
  const sums = Array.from(seconds, (_, i) =>
    seconds.slice(Math.max(0, i - 4), i + 1).reduce((sum, bytes) => sum + (bytes ?? 0), 0),
  );
  return (8 * Math.max(0, ...sums)) / 5;
}

/** Honest viewers that stall later than ten seconds after they came. */
function lateStallers({ visits }) {
  return visits.filter(
    ({ player, spec }) =>
      (spec.behaviour ?? 'good') === 'good' &&
      player?.playhead.stallsAt.some((at) => at > spec.arriveAt + 10_000),
  ).length;
}
