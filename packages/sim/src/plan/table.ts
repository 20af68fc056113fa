/** A plan as a table for people. */
import { count, percent, rate, short, size } from '../report/figures.js';
import type { Bill, CaseName, Plan, PlanCase } from './plan.js';

export interface PlanWords {
  /** Stands before every amount. */
  readonly currency: string;
}

export function planTable(plan: Plan, { currency }: PlanWords): string {
  const money = (amount: number): string => `${currency}${amountText(amount)}`;
  const { alone, inputs, verdict } = plan;
  const cases = ORDER.map((name) => plan.cases[name]);
  const bill = (name: string, of: (bill: Bill) => string) => [name, of(alone), ...cases.map(of)];
  const own = (name: string, of: (one: PlanCase) => string) => [name, '', ...cases.map(of)];
  const rows = [
    ['', 'CDN alone', ...ORDER],
    own('carried by viewers', ({ offload }) => percent(offload)),
    own('  limit', ({ limit }) => percent(limit.offload)),
    bill('sent by the CDN', ({ bytes }) => size(bytes)),
    bill('peak egress', ({ peak }) => rate(peak)),
    bill(inputs.titles === 1 ? 'copies' : 'copies of a title', ({ copies }) => copiesText(copies)),
    bill('cost', ({ cost }) => money(cost)),
    own('saved', ({ saved }) => money(saved)),
    [],
    ['assuming'],
    own('  agree', ({ assumed }) => percent(assumed.consent, 0)),
    own('  cannot link', ({ assumed }) => percent(assumed.blocked, 0)),
    own('  uplink', ({ assumed }) => short(rate(assumed.uplink))),
    own('  limit reached', ({ assumed }) => percent(assumed.reached, 0)),
  ];
  const answer = ANSWERS[verdict.pays];
  return [headOf(plan, money), '', rightAligned(rows), '', `${answer} ${verdict.why}`, ''].join(
    '\n',
  );
}

function headOf({ inputs }: Plan, money: (amount: number) => string): string {
  const { viewers, titles, hours, bitrate, pricePerGb } = inputs;
  const of = titles === 1 ? '' : ` of ${count(titles)} titles`;
  const time = hours === 1 ? '1 hour' : `${hours} hours`;
  const each = `${short(rate(bitrate))}, ${money(pricePerGb)} a GB`;
  return `${count(viewers)} viewers at once${of}, ${time}, ${each}`;
}

/** The first column to the left, figures to the right. */
function rightAligned(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (most, row) =>
      row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)).concat(most.slice(row.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

function copiesText(copies: number): string {
  return copies < 99.95 ? copies.toFixed(1) : count(copies);
}

/** Whole from a thousand on, cents below, two digits below one. */
function amountText(amount: number): string {
  if (amount >= 1000) return count(amount);
  return amount >= 1 ? amount.toFixed(2) : String(Number(amount.toPrecision(2)));
}

const ORDER: readonly CaseName[] = ['pessimistic', 'expected', 'optimistic'];
const ANSWERS = {
  yes: 'Peers pay here.',
  perhaps: 'Peers may pay here.',
  no: 'Peers do not pay here.',
} as const;
