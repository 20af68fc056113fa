/** What the simulator says of a run that browsers played: the same crowd, over what they measured. */

import { createSimulation, LIVE, reportOf, shape, TITLE } from '@shoal/sim';

/** Segments in the bench's live playlists. */
const WINDOW = 16;
/** Loopback: no access link is narrower than the machine. */
const WIDE = { up: 1_000_000_000, down: 1_000_000_000, delayMs: 0.5 };

/**
 * What is measured of the machine and its browsers, never of what is predicted: when each viewer
 * came, how long hls.js alone takes to start, and how long a link takes to come up.
 */
export function inputsOf(plain, ours) {
  const { viewers } = ours.raw;
  const linkMs = ({ marks }) => marks['channel open'] - marks['first connection'];
  return {
    arrivals: viewers.map(({ arrivedMs }) => arrivedMs - ours.raw.startMs),
    seconds: ours.seconds,
    plainStartMs: median(plain.raw.viewers.map(({ marks }) => marks.playing)),
    linkMs: median(viewers.map(linkMs).filter(Number.isFinite)),
  };
}

/**
 * `{ offload, startMs }` by seed. A page takes its time before its player asks for anything, with
 * Shoal or without: as long as hls.js alone takes beyond what the simulator gives it.
 */
export function predict(name, { arrivals, seconds, plainStartMs, linkMs }, seeds) {
  return seeds.map((seed) => {
    const play = (pageMs, plain) =>
      simulate(scenarioOf({ name, seed, seconds, arrivals, pageMs, linkMs, plain }));
    const pageMs = Math.max(0, plainStartMs - play(0, true).startMedianMs);
    const { offload, startMedianMs } = play(pageMs, false);
    return { offload, startMs: pageMs + startMedianMs };
  });
}

function scenarioOf({ name, seed, seconds, arrivals, pageMs, linkMs, plain }) {
  return shape({
    name,
    about: 'a run of the browser bench',
    seed,
    forMs: 1000 * seconds,
    media: name.startsWith('vod') ? TITLE : { ...LIVE, segments: WINDOW },
    visits: arrivals.map((at) => ({ ...WIDE, arriveAt: Math.round(at + pageMs) })),
    edge: { rate: 1_000_000_000, delayMs: 0.5 },
    trackerDelayMs: 1,
    // A link takes once to three times as long there.
    linkMs: linkMs / 2,
    plain,
  });
}

function simulate(scenario) {
  const simulation = createSimulation(scenario);
  simulation.run();
  return reportOf(simulation);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}
