import { expect, it } from 'vitest';
import { tableOf } from './table.mjs';

it('says how far the simulator is from browsers, in bold where it is too far', () => {
  const inputs = { plainStartMs: 399.4, linkMs: 38 };
  const measured = { offload: 0.9, startMs: 400 };
  const rows = [
    { name: 'near', measured, predicted: { offload: 0.912, startMs: 380 }, inputs },
    { name: 'far', measured, predicted: { offload: 0.84, startMs: 480 }, inputs },
  ];
  expect(tableOf(rows).split('\n').slice(2)).toEqual([
    '| near | 90.0 % | 91.2 % | +1.2 | 400 ms | 380 ms | −5.0 % | 399 ms | 38 ms |',
    '| far | 90.0 % | 84.0 % | **−6.0** | 400 ms | 480 ms | **+20.0** % | 399 ms | 38 ms |',
  ]);
});
