/** Axes: round ticks, and words for them. */
import type { Ms } from '@shoal/core/units';

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** From zero; `top` is the end of the axis, at or above every value. */
export interface Axis {
  readonly top: number;
  readonly ticks: readonly Tick[];
  /** Where the ticks do not say it themselves. */
  readonly unit?: string;
}

/** Up to `max` or a little above, in about four round steps. */
export function valueAxis(max: number, word: (value: number) => string): Axis {
  const step = roundStep((max > 0 ? max : 1) / STEPS);
  const count = Math.max(1, Math.ceil(max / step - SLACK));
  return { top: count * step, ticks: ticksOf(step, count * step, word) };
}

/** Exactly up to `forMs`: minutes and seconds at round steps. */
export function timeAxis(forMs: Ms): Axis {
  const step = TIME_STEPS.find((ms) => forMs / ms <= TIME_TICKS) ?? forMs / TIME_TICKS;
  return { top: forMs, ticks: ticksOf(step, forMs, clockText), unit: 'min:s' };
}

/** As a clock shows it: 1:05, or 1:00:05 from an hour on. */
export function clockText(ms: Ms): string {
  const total = Math.round(ms / 1000);
  const [hours, minutes, seconds] = [
    Math.floor(total / 3600),
    Math.floor(total / 60) % 60,
    total % 60,
  ];
  const two = (value: number): string => String(value).padStart(2, '0');
  if (hours > 0) return `${hours}:${two(minutes)}:${two(seconds)}`;
  return `${minutes}:${two(seconds)}`;
}

function ticksOf(step: number, top: number, word: (value: number) => string): Tick[] {
  const count = Math.floor(top / step + SLACK);
  return Array.from({ length: count + 1 }, (_, i) => ({ at: i * step, label: word(i * step) }));
}

/** 1, 2, 2.5 or 5 times a power of ten, at least `rough`. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * (1 - SLACK)) ?? 10;
  return round * power;
}

const STEPS = 4;
const SLACK = 1e-6;
const TIME_TICKS = 6;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 20, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 20, 30, 60, 120].map((n) => n * MINUTE),
];

export const SHARE_AXIS: Axis = {
  top: 1,
  ticks: ticksOf(0.25, 1, (share) => `${Math.round(100 * share)} %`),
};
