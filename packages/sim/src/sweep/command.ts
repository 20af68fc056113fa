/** Reads what a sweep is told; what is wrong is one sentence. */
import type { Scenario } from '../scenario.js';
import { defaultOf } from './setting.js';
import type { SweepSpec } from './sweep.js';

export interface SweepOptions {
  /** With commas between. */
  readonly scenarios: string;
  /** How many; they count from 1. */
  readonly seeds: string;
  /** Seconds. */
  readonly for?: string | undefined;
}

type Scenarios = Readonly<Record<string, (seed: number) => Scenario>>;

export function readSweep(
  [path = '', ...values]: readonly string[],
  options: SweepOptions,
  known: Scenarios,
): { readonly spec: SweepSpec; readonly usual: number } {
  const usual = defaultOf(path);
  if (values.length === 0) {
    throw new Error(
      `Give values to try after the path: ${path} ${usual / 2} ${usual} ${2 * usual}.`,
    );
  }
  const count = numberOf('--seeds', options.seeds);
  const spec: SweepSpec = {
    path,
    values: values.map((text) => numberOf(path, text)),
    scenarios: options.scenarios.split(',').map((name) => scenarioOf(name, known)),
    seeds: Array.from({ length: count }, (_, i) => i + 1),
    forMs: options.for === undefined ? undefined : 1_000 * numberOf('--for', options.for),
  };
  return { spec, usual };
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || (name.startsWith('--') && value <= 0)) {
    throw new Error(
      `${name} takes a number${name.startsWith('--') ? ' above 0' : ''}, not ${text}.`,
    );
  }
  return value;
}

function scenarioOf(name: string, known: Scenarios): (seed: number) => Scenario {
  const make = Object.hasOwn(known, name) ? known[name] : undefined;
  if (make !== undefined) return make;
  throw new Error(`No scenario is called ${name}. There are ${Object.keys(known).join(', ')}.`);
}
