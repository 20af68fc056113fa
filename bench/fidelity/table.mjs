/** The table of `npm run bench:fidelity`: what browsers did beside what the simulator says. */

/** How far the two may differ: points of offload, and share of start-up. */
export const OFFLOAD_POINTS = 5;
export const START_SHARE = 0.15;

/** `rows`: `{ name, measured, predicted, inputs }`, both with `offload` (a share) and `startMs`. */
export function tableOf(rows) {
  const lines = rows.map(({ name, measured, predicted, inputs }) => {
    const points = 100 * (predicted.offload - measured.offload);
    const share = predicted.startMs / measured.startMs - 1;
    const cells = [
      name,
      percent(measured.offload),
      percent(predicted.offload),
      signed(points, Math.abs(points) <= OFFLOAD_POINTS),
      `${Math.round(measured.startMs)} ms`,
      `${Math.round(predicted.startMs)} ms`,
      `${signed(100 * share, Math.abs(share) <= START_SHARE)} %`,
      `${Math.round(inputs.plainStartMs)} ms`,
      `${Math.round(inputs.linkMs)} ms`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [HEAD, HEAD.replace(/[^|]+/g, '---'), ...lines].join('\n');
}

const HEAD = `| ${[
  ...['case', 'offload, browsers', 'simulator', 'points'],
  ...['start-up, browsers', 'simulator', 'apart', 'hls.js alone', 'a link'],
].join(' | ')} |`;

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

/** Bold where it is too far. */
function signed(value, isNear) {
  const text = `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
  return isNear ? text : `**${text}**`;
}
