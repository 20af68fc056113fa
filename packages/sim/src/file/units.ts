/** Values as people write them: a number with its unit, or one sentence about what is wanted. */
import type { Ms } from '@shoal/core/units';
import * as v from 'valibot';

/** A schema for a number with a unit; `least` and `most` are in the base unit. */
export type Measure = (least: number, most: number) => v.GenericSchema<unknown, number>;

const TIMES = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 };

/** Milliseconds. */
export const time = measure('a time such as 250 ms, 2 s or 10 min', TIMES);

/** Undefined when `text` is no time with its unit. */
export function readTime(text: string): Ms | undefined {
  return read(text, TIMES);
}

/** Bits per second. */
export const rate = measure('a rate such as 600 kbit/s or 5 Mbit/s', {
  'bit/s': 1,
  'kbit/s': 1e3,
  'Mbit/s': 1e6,
  'Gbit/s': 1e9,
  'Tbit/s': 1e12,
});

/** From 0 to 1. */
export const share = measure('a share such as 70 %', { '%': 0.01 });

/** How many times the stream. */
export function copies(least: number, most: number) {
  return v.pipe(
    measure('a number such as 3 copies', { copies: 1, copy: 1 })(least, most),
    v.transform((times) => ({ copies: times })),
  );
}

/** A plain number. */
export function count(least: number, most: number): v.GenericSchema<unknown, number> {
  const wanted = `wants a whole number from ${shown(least)} to ${shown(most)}`;
  return v.pipe(
    v.number(wanted),
    v.integer(wanted),
    v.minValue(least, wanted),
    v.maxValue(most, wanted),
  );
}

/** A plain number that need not be whole. */
export function factor(least: number, most: number): v.GenericSchema<unknown, number> {
  const wanted = `wants a number from ${shown(least)} to ${shown(most)}`;
  return v.pipe(v.number(wanted), v.minValue(least, wanted), v.maxValue(most, wanted));
}

function measure(example: string, units: Readonly<Record<string, number>>): Measure {
  return (least, most) =>
    v.pipe(
      v.union([v.string(), v.number()], `wants ${example}`),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        const value = read(String(dataset.value), units);
        if (value !== undefined && value >= least && value <= most) return value;
        const range = `from ${withUnit(least, units)} to ${withUnit(most, units)}`;
        addIssue({ message: value === undefined ? `wants ${example}` : `must be ${range}` });
        return NEVER;
      }),
    );
}

/** Undefined when it is no number with one of the units. */
function read(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([A-Za-z%/]+)$/.exec(text.trim()) ?? [];
  const one = unit === undefined || !Object.hasOwn(units, unit) ? undefined : units[unit];
  if (one === undefined) return undefined;
  // Shares in hundredths would pick up binary dust: 7 % is not 7 * 0.01.
  return one < 1 ? Number(digits) / Math.round(1 / one) : Number(digits) * one;
}

/** With the largest unit that leaves a number of one or more. */
function withUnit(value: number, units: Readonly<Record<string, number>>): string {
  const fitting = Object.entries(units).filter(([, one]) => value >= one);
  const [unit, one] = fitting.at(-1) ?? Object.entries(units)[0] ?? ['', 1];
  return `${shown(Number((value / one).toPrecision(6)))} ${unit}`;
}

function shown(value: number): string {
  return value.toLocaleString('en-US');
}
