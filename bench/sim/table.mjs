/** The table: one line a goal, the median and the worst of all seeds, and whether it is reached. */

const HEAD = ['scenario', 'figure', 'goal', 'median', 'worst', 'limit', 'verdict'];

/** `results` are `{ name, goals, runs }`; runs are one a seed. */
export function tableOf(results) {
  const lines = results.flatMap(({ name, goals, runs }) =>
    goals.map((goal) => lineOf(name, goal, runs)),
  );
  return [HEAD, HEAD.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** A goal is reached when the worst seed reaches its own. */
export function lineOf(name, goal, runs) {
  const short = runs.map((run) => shortBy(goal, run));
  const worst = short.indexOf(Math.max(...short));
  const of = (run) => shown(goal.of(run), goal.unit);
  const wanted = (goal.least ?? goal.most)(runs[worst]);
  return [
    name,
    goal.what,
    `${goal.least === undefined ? '≤' : '≥'} ${shown(wanted, goal.unit)}`,
    shown(median(runs.map(goal.of)), goal.unit),
    of(runs[worst]),
    goal.limit === undefined ? '–' : shown(median(runs.map(goal.limit)), goal.unit),
    short[worst] > 0 ? `short by ${shown(short[worst], goal.unit)}` : 'ok',
  ];
}

/** How far a run misses a goal; not above zero when it reaches it. */
function shortBy({ of, least, most }, run) {
  return least === undefined ? of(run) - most(run) : least(run) - of(run);
}

function shown(value, unit) {
  if (unit === '%') return `${(100 * value).toFixed(2)} %`;
  return unit === '' ? String(Number(value.toFixed(2))) : `${Math.round(value)} ${unit}`;
}

function median(values) {
  const sorted = values.slice().sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
