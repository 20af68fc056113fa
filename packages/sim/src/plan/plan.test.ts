/** Plans: what an event costs, and whether peers pay. */
import { describe, expect, it } from 'vitest';
import { CASES, type PlanInputs, planFor } from './plan.js';
import { planTable } from './table.js';

const FINAL: PlanInputs = {
  viewers: 1_000_000,
  titles: 1,
  hours: 2,
  bitrate: 5_000_000,
  pricePerGb: 0.02,
};

describe('planFor', () => {
  it('bills the CDN alone for every viewer', () => {
    const { alone } = planFor(FINAL);
    expect(alone).toEqual({ bytes: 4.5e15, peak: 5e12, copies: 1_000_000, cost: 90_000 });
  });

  it('holds Shoal to the limit of those who agree and can link', () => {
    const { expected, optimistic } = planFor(FINAL).cases;
    const joined = CASES.expected.consent * (1 - CASES.expected.blocked);
    expect(expected.limit.offload).toBeCloseTo(joined * (1 - 1 / 121), 10);
    expect(expected.offload).toBeCloseTo(expected.limit.offload * CASES.expected.reached, 10);
    expect(expected.cost + expected.saved).toBeCloseTo(90_000, 6);
    expect(optimistic.offload).toBe(optimistic.limit.offload);
  });

  it('is dearest in the pessimistic and cheapest in the optimistic case', () => {
    for (const viewers of [3, 40, 500, 1e6]) {
      const { pessimistic, expected, optimistic } = planFor({ ...FINAL, viewers }).cases;
      expect(pessimistic.cost).toBeGreaterThanOrEqual(expected.cost);
      expect(expected.cost).toBeGreaterThan(optimistic.cost);
    }
  });

  it('takes what is known for what is assumed', () => {
    const known = { consent: 1, blocked: 0, uplink: 2_500_000 };
    for (const { limit } of Object.values(planFor({ ...FINAL, known }).cases)) {
      expect(limit).toMatchObject({ offload: 0.45, by: 'uplink' });
    }
  });

  it('counts each title by itself', () => {
    const one = planFor({ ...FINAL, viewers: 20 }).cases.expected;
    const many = planFor({ ...FINAL, viewers: 2_000, titles: 100 }).cases.expected;
    expect(many.offload).toBe(one.offload);
    expect(many.copies).toBe(one.copies);
    expect(many.cost).toBeCloseTo(100 * one.cost, 6);
  });
});

describe('the verdict', () => {
  it.each<[string, Partial<PlanInputs>, string, string]>([
    ['a final', {}, 'yes', 'between'],
    ['a lone viewer of rare titles', { viewers: 300, titles: 2_000 }, 'no', 'nobody to share with'],
    [
      'uplinks far below the bitrate',
      { known: { uplink: 100_000 } },
      'no',
      'uplinks are too short',
    ],
    ['nobody agrees', { known: { consent: 0.05 } }, 'no', 'can and may link'],
    ['a handful of viewers', { viewers: 4 }, 'perhaps', 'too few viewers'],
  ])('on %s', (_, part, pays, why) => {
    expect(planFor({ ...FINAL, ...part }).verdict).toEqual({
      pays,
      why: expect.stringContaining(why),
    });
  });
});

it('reads as a table', () => {
  const lines = planTable(planFor(FINAL), { currency: '€' }).split('\n');
  expect(lines[0]).toBe('1,000,000 viewers at once, 2 hours, 5 Mbit/s, €0.02 a GB');
  expect(lines.find((line) => line.startsWith('cost'))).toMatch(/^cost +€90,000 +€\d/);
  expect(lines.at(-2)).toMatch(/^Peers pay here\. Viewers carry between \d+ and \d+ %/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
