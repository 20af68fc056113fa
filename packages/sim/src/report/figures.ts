/** Figures as people read them; what was not measured is a dash. */
import type { BitsPerSec, Bytes, Ms } from '@shoal/core/units';

export function percent(share: number, digits = 1): string {
  if (!Number.isFinite(share)) return NONE;
  const text = (100 * share).toFixed(digits);
  return `${Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−')} %`;
}

/** Whole; in s where ms are too many to read. */
export function ms(value: Ms): string {
  if (!Number.isFinite(value)) return NONE;
  return value < 100_000 ? `${Math.round(value)} ms` : `${count(value / 1000)} s`;
}

export function times(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : NONE;
}

/** Below a second in ms, above it in s. */
export function duration(value: Ms): string {
  if (!Number.isFinite(value)) return NONE;
  return value < 999.5 ? ms(value) : `${(value / 1000).toFixed(value < 9_950 ? 2 : 1)} s`;
}

export function rate(value: BitsPerSec): string {
  return scaled(value, RATES);
}

export function size(value: Bytes): string {
  return scaled(value, SIZES);
}

/** Without the zeros that say nothing, for axes and titles. */
export function short(figure: string): string {
  return figure
    .replace(/(\.\d*?)0+(?= |$)/, '$1')
    .replace(/\.(?= |$)/, '')
    .replace(/^0 .*/, '0');
}

/** Whole numbers with thousands apart. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Three digits that matter, of the greatest unit that leaves something before the point. */
function scaled(value: number, units: readonly string[]): string {
  if (!Number.isFinite(value)) return NONE;
  let [rest, unit] = [value, 0];
  for (; rest >= 999.5 && unit < units.length - 1; unit++) rest /= 1000;
  const digits = unit === 0 || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
  return `${rest.toFixed(digits)} ${units[unit]}`;
}

const NONE = '–';
const RATES = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s', 'Pbit/s'];
const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
