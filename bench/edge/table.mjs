/** The figures of `bench:edge` as a table: medians over the rounds. */

export function tableOf(names, rounds, node) {
  const of = (name, pick) => median(rounds.filter((r) => r.engine === name).map(pick));
  const row = (label, show) => `| ${label} | ${names.map(show).join(' | ')} |`;
  const hit = (bytes, label) =>
    row(`hit, ${label}: CPU a request`, (name) => {
      const us = of(name, (r) => r.hits[bytes].cpuUs);
      const base = names.includes('nginx') ? of('nginx', (r) => r.hits[bytes].cpuUs) : undefined;
      return `${us.toFixed(0)} µs${base === undefined ? '' : ` (${(us / base).toFixed(2)} ×)`}`;
    });
  const ms = (value) => `${value.toFixed(0)} ms`;
  return [
    `Ours on Node ${node}; medians of ${rounds.length / names.length}; × is nginx's CPU.`,
    '',
    row('', (name) => name),
    row('---', () => '---'),
    hit(1_000_000, '1 MB'),
    hit(200_000, '200 kB'),
    hit(1500, '1.5 kB'),
    row(
      'one core, 1 MB',
      (n) => `${of(n, (r) => r.hits[1_000_000].gbitPerCore).toFixed(0)} Gbit/s`,
    ),
    row('500 ask for one new 200 kB, 50 ms away: fetches', (n) => of(n, (r) => r.fetches)),
    row('the same: wait, median', (n) => ms(of(n, (r) => r.crowd.whole.median))),
    row('the same: wait, longest', (n) => ms(of(n, (r) => r.crowd.whole.max))),
    row('100 ask for 1 MB that comes over 2 s: first kB, first viewer', (n) =>
      ms(of(n, (r) => r.slow.firstByte.min)),
    ),
    row('the same: first kB, last viewer', (n) => ms(of(n, (r) => r.slow.firstByte.max))),
  ].join('\n');
}

export function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
