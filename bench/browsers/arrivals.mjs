/** Who arrives and leaves when, drawn from a seed so that every engine meets the same crowd. */

/** Seeded generator of numbers in [0, 1): mulberry32, small and the same in every engine. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * The plan of a run, sorted by time: `{ atMs, type: 'arrive' | 'leave', viewer }`.
 * The first viewer arrives at 0, the rest uniformly within `arriveSec`.
 */
export function planCrowd({ viewers, arriveSec, churn }, seconds, seed = 1) {
  const random = seeded(seed);
  const events = firstArrivals(viewers, arriveSec * 1000, random);
  if (churn?.kind === 'third') events.push(...thirdLeaves(viewers, churn.atShare * seconds * 1000));
  if (churn?.kind === 'steady') {
    events.push(...steadyChurn(viewers, arriveSec, churn.everySec, seconds, random));
  }
  return events.sort((a, b) => a.atMs - b.atMs || a.viewer - b.viewer);
}

function firstArrivals(viewers, spanMs, random) {
  const times = Array.from({ length: viewers - 1 }, () => Math.round(random() * spanMs));
  return [0, ...times.sort((a, b) => a - b)].map((atMs, viewer) => ({
    atMs,
    type: 'arrive',
    viewer,
  }));
}

function thirdLeaves(viewers, atMs) {
  const leaving = Array.from({ length: viewers }, (_, viewer) => viewer).filter((v) => v % 3 === 1);
  return leaving.map((viewer) => ({ atMs: Math.round(atMs), type: 'leave', viewer }));
}

function steadyChurn(viewers, arriveSec, everySec, seconds, random) {
  const events = [];
  const present = Array.from({ length: viewers }, (_, viewer) => viewer);
  let next = viewers;
  for (let at = arriveSec + everySec; at < seconds - 5; at += everySec) {
    const [gone] = present.splice(Math.floor(random() * present.length), 1);
    events.push({ atMs: at * 1000, type: 'leave', viewer: gone });
    events.push({ atMs: at * 1000 + 500, type: 'arrive', viewer: next });
    present.push(next);
    next += 1;
  }
  return events;
}
