/** Axes and labels of plots. */
import { describe, expect, it } from 'vitest';
import { cumulative, curveOf } from './curves.js';
import { movedApart, plot } from './plot.js';
import { clockText, SHARE_AXIS, timeAxis, valueAxis } from './scale.js';

describe('axes', () => {
  it.each([
    [7.3, [0, 2, 4, 6, 8]],
    [100, [0, 25, 50, 75, 100]],
    [0.031, [0, 0.01, 0.02, 0.03, 0.04]],
    [0, [0, 0.25]],
  ])('go up to %s in round steps', (max, steps) => {
    const { top, ticks } = valueAxis(max, String);
    expect(top).toBeGreaterThanOrEqual(max);
    expect(ticks.map(({ at }) => Number(at.toFixed(6)))).toEqual(steps);
  });

  it('of time end where the run ends', () => {
    const { top, ticks } = timeAxis(125_000);
    expect(top).toBe(125_000);
    expect(ticks.map(({ label }) => label)).toEqual(['0:00', '0:30', '1:00', '1:30', '2:00']);
    expect(timeAxis(3_600_000).ticks.at(-1)?.label).toBe('1:00:00');
    expect(clockText(59_999)).toBe('1:00');
  });
});

describe('labels at the ends of lines', () => {
  it('stay where they are when there is room', () => {
    expect(movedApart([10, 90])).toEqual([10, 90]);
  });

  it('move apart, keep their order, and stay inside', () => {
    expect(movedApart([50, 50])).toEqual([50, 59]);
    expect(movedApart([100, 99, 98])).toEqual([100, 91, 82]);
  });
});

describe('curves', () => {
  const moments = Array.from({ length: 2_000 }, (_, i) => ({ at: i, viewers: i % 2 }) as never);

  it('are means over a window, with no more points than a plot has room for', () => {
    const points = curveOf(moments, 1, (window) => window.length);
    expect(points.length).toBeLessThanOrEqual(601);
    expect(points.at(-1)?.[0]).toBe(1_999);
    expect(points.at(-1)?.[1]).toBe(4);
  });

  it('leave out what is not known', () => {
    expect(curveOf(moments, 1, () => undefined)).toEqual([]);
  });

  it('step up to the share that has a value', () => {
    const points = cumulative([1, 3], 0.5, 4);
    expect(points).toEqual([
      [0, 0],
      [1, 0],
      [1, 0.25],
      [3, 0.25],
      [3, 0.5],
      [4, 0.5],
    ]);
  });
});

it('draws a value at its height, and words beside it', () => {
  const drawn = plot({
    name: 'a < b',
    x: timeAxis(10_000),
    y: SHARE_AXIS,
    lines: [
      {
        ink: 'peer',
        label: 'Shoal',
        points: [
          [0, 0],
          [10_000, 0.25],
        ],
      },
    ],
  });
  expect(drawn).toContain('d="M0 100L100 75"');
  expect(drawn).toContain('<span class="end peer" style="top:75%">Shoal</span>');
  expect(drawn).toContain('a &#60; b');
});
