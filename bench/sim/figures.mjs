/** What the table needs of a run, beside its report. */

/** `cpuSec`: what the run took. */
export function figuresOf(simulation, report, cpuSec) {
  const { offload, rebuffer, startMedianMs, startP95Ms, neverStarted, copies } = report;
  const { copiesSteady, latencyMedianMs, waste, broken, events } = report;
  const figures = simulation.visits.flatMap(({ viewer }) => viewer?.figures ?? []);
  return {
    offload,
    limit: report.limit.offload,
    copies,
    copiesSteady,
    rebuffer,
    startMedianMs,
    startP95Ms,
    neverStarted,
    latencyMedianMs,
    waste,
    depthMax: report.depthMax,
    edgePeak: report.edgePeak,
    lateStallers: lateStallers(simulation),
    unverified: figures.reduce((sum, one) => sum + one.unverifiedDelivered, 0),
    broken: broken.length,
    pieces: simulation.fabric.counts.pieces,
    events,
    cpuSec,
  };
}

/** Honest viewers that stall later than ten seconds after they came. */
function lateStallers({ visits }) {
  return visits.filter(
    ({ player, spec }) =>
      (spec.behaviour ?? 'good') === 'good' &&
      player?.playhead.stallsAt.some((at) => at > spec.arriveAt + 10_000),
  ).length;
}
