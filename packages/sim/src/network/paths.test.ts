/** Paths are as long as they should be, and lose and delay what a scenario says. */
import { createRandom } from '@shoal/core/units';
import { describe, expect, it } from 'vitest';
import { createAgenda } from '../agenda.js';
import { type AccessSpec, createAccess } from './access.js';
import { canPunch, type Nat } from './nat.js';
import { Paths } from './paths.js';

const NEAR = { regionsMs: 0, networksMs: 0 };
const FAST = { up: 1e12, down: 1e12, delayMs: 5 };

function world(part: Partial<AccessSpec> = {}) {
  const agenda = createAgenda();
  const paths = new Paths(agenda, createRandom(5), NEAR);
  const [from, to] = [{ ...FAST, ...part }, FAST].map((spec) => createAccess(agenda, spec));
  /** When each of `n` loads arrives, sent a millisecond apart. */
  const times = (n: number, bytes: number, order?: { lastAt: number }) => {
    const at: number[] = [];
    for (let i = 0; i < n; i++) {
      const flow = { up: 'x', down: 'y', bytes, ...(order === undefined ? {} : { order }) };
      agenda.after(i, () => {
        paths.carry(from!, to!, flow, { arrived: () => at.push(agenda.now() - i) });
      });
    }
    agenda.runUntil(60_000);
    return at;
  };
  return { agenda, paths, times };
}

it('carries through the uplink, the way between, and the downlink', () => {
  const agenda = createAgenda();
  const paths = new Paths(agenda, createRandom(1), NEAR);
  const from = createAccess(agenda, { up: 8_000_000, down: 1, delayMs: 5 });
  const to = createAccess(agenda, { up: 1, down: 80_000_000, delayMs: 7 });
  const at: number[] = [];
  const flow = { up: 'x', down: 'y', bytes: 10_000 };
  const note = (): void => void at.push(agenda.now());
  paths.carry(from, to, flow, { left: note, arrived: note });
  agenda.runUntil(100);
  expect(at[0]).toBeCloseTo(10);
  expect(at[1]).toBeCloseTo(23);
});

describe('apart', () => {
  const paths = new Paths(createAgenda(), createRandom(1), { regionsMs: 80, networksMs: 3 });
  const eu = { region: 'eu', asn: 'eu-0' };
  it.each([
    ['one network', eu, eu, 12],
    ['two networks of one region', eu, { ...eu, asn: 'eu-1' }, 15],
    ['two regions', eu, { region: 'us', asn: 'us-0' }, 92],
    ['regions of which one is remote', eu, { region: 'nz', outMs: 40 }, 132],
    ['somewhere and everywhere', eu, {}, 12],
    ['nowhere in particular', {}, {}, 12],
  ])('%s', (_, a, b, ms) => {
    expect(paths.apartMs({ delayMs: 5, ...a }, { delayMs: 7, ...b })).toBe(ms);
  });
});

it('is steady without loss and jitter', () => {
  expect(
    world()
      .times(20, 16_384)
      .every((ms) => Math.abs(ms - 10) < 0.1),
  ).toBe(true);
});

it('delays by jitter, and no more than that', () => {
  const times = world({ jitterMs: 20 }).times(200, 1_000);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(10);
  expect(Math.max(...times)).toBeLessThan(30.1);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(15);
});

it('sends what is lost again, a round trip later', () => {
  const rounds = world({ loss: 0.1 })
    .times(2_000, 1_200)
    .map((ms) => Math.round((ms - 10) / 20));
  expect(rounds.filter((n) => n === 0).length / 2_000).toBeCloseTo(0.9, 1);
  expect(rounds.filter((n) => n === 2).length / 2_000).toBeCloseTo(0.009, 2);
});

it('keeps the order of a flow that has one', () => {
  const { agenda, paths } = world();
  const [from, to] = [{ ...FAST, jitterMs: 50 }, FAST].map((spec) => createAccess(agenda, spec));
  const arrived: number[] = [];
  const order = { lastAt: 0 };
  for (let i = 0; i < 50; i++) {
    const flow = { up: 'x', down: 'y', bytes: 100, order };
    paths.carry(from!, to!, flow, { arrived: () => arrived.push(i) });
  }
  agenda.runUntil(1_000);
  expect(arrived).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

it.each<[Nat, Nat, boolean]>([
  ['open', 'open', true],
  ['open', 'symmetric', true],
  ['restricted', 'restricted', true],
  ['restricted', 'symmetric', false],
  ['symmetric', 'symmetric', false],
  ['open', 'blocked', false],
])('%s and %s can link: %s', (a, b, can) => {
  expect([canPunch(a, b), canPunch(b, a)]).toEqual([can, can]);
});
