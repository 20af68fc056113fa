import { expect, it } from 'vitest';
import { tableOf } from './table.mjs';

const round = (engine, cpuUs) => ({
  engine,
  hits: Object.fromEntries(
    [1_000_000, 200_000, 1500].map((bytes) => [bytes, { cpuUs, gbitPerCore: 8000 / cpuUs }]),
  ),
  crowd: { whole: { median: 60, max: 80 } },
  slow: { firstByte: { min: 5, max: 9 } },
  fetches: 1,
});

it('shows medians, and CPU as a ratio to nginx', () => {
  const rounds = [
    round('shoal', 300),
    round('nginx', 100),
    round('shoal', 200),
    round('nginx', 90),
  ];
  rounds.push(round('shoal', 100), round('nginx', 110));
  const table = tableOf(['shoal', 'nginx'], rounds, 'v24.0.0');
  expect(table).toContain('| hit, 1 MB: CPU a request | 200 µs (2.00 ×) | 100 µs (1.00 ×) |');
  expect(table).toContain('medians of 3');
  expect(tableOf(['shoal'], [round('shoal', 5)], 'v')).toContain('| 5 µs |');
});
