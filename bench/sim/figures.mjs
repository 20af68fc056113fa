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

/** The same of a large event, whose figures are estimates; `within` is how far off they may be. */
export function largeFiguresOf({ scenario, seed, forMs, measured, sample, cost }) {
  const arm = (of) => ({
    startP95Ms: sample.startP95Ms[of].mean,
    rebuffer: sample.rebuffer[of].mean,
  });
  const within = {
    startP95Ms: sample.startP95Ms.more.within,
    rebuffer: sample.rebuffer.more.within,
  };
  const ours = {
    ...arm('ours'),
    offload: sample.offload.mean,
    edgePeak: sample.edgePeakShare.mean,
    pieces: sample.pieces,
    broken: sample.broken.length,
    cpuSec: cost.cpuMs / 1000,
    minutes: cost.wallMs / 60_000,
    gib: cost.rssBytes / 2 ** 30,
    planCores: measured.planCores,
    joinP99Ms: measured.joinP99Ms,
  };
  return { name: scenario, seed, forMs, within, ours, plain: { ...arm('plain'), edgePeak: 1 } };
}
