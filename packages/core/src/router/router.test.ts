import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Ms } from '../units/index.js';
import { DEFAULT_ROUTER, EDGES_MAX, Router, type RouterInput } from './router.js';

let router: Router;
const at = (now: number, ...inputs: readonly RouterInput[]) =>
  inputs.flatMap((input) => router.step(Ms(now), input));
const add = (id: string, place: string): RouterInput => ({ type: 'add', edge: { id, place } });
const check = (id: string, ok: boolean): RouterInput => ({ type: 'checked', id, ok });
const load = (id: string, share: number): RouterInput => ({ type: 'load', id, load: share });
const chosen = (place?: string, title = '/a/', now = 0) => router.choose(Ms(now), place, title);
const fail = (id: string) => at(0, check(id, false), check(id, false), check(id, false));

beforeEach(() => {
  const near = { oslo: ['bergen', 'berlin'], berlin: ['oslo'] };
  router = new Router({ now: Ms(0), config: { ...DEFAULT_ROUTER, near } });
  at(
    0,
    add('o1', 'oslo'),
    add('o2', 'oslo'),
    add('g1', 'bergen'),
    add('b1', 'berlin'),
    add('x1', 'xian'),
  );
});

describe('an edge is chosen', () => {
  it('near the viewer first, then by distance, then by name', () => {
    expect(new Set(chosen('oslo').slice(0, 2))).toEqual(new Set(['o1', 'o2']));
    expect(chosen('oslo').slice(2)).toEqual(['g1', 'b1', 'x1']);
    expect(chosen('berlin')[0]).toBe('b1');
    expect(new Set(chosen('berlin').slice(1, 3))).toEqual(new Set(['o1', 'o2']));
    expect(chosen('nowhere')).toEqual(chosen());
  });

  it('by the title within a place, so that a title is on few edges', () => {
    const firsts = Array.from({ length: 100 }, (_, i) => chosen('oslo', `/t${i}/`)[0]);
    expect(new Set(firsts)).toEqual(new Set(['o1', 'o2']));
    expect(chosen('oslo', '/t1/')).toEqual(chosen('oslo', '/t1/'));
  });

  it('not while it is down, until it is up again', () => {
    const [first = ''] = chosen('oslo');
    expect(fail(first)).toEqual([{ type: 'turned', id: first, status: 'down' }]);
    expect(chosen('oslo')[0]).not.toBe(first);
    expect(chosen('oslo').at(-1)).toBe(first);
    expect(at(0, check(first, true), check(first, true))).toEqual([
      { type: 'turned', id: first, status: 'up' },
    ]);
    expect(chosen('oslo')[0]).toBe(first);
  });

  it('not while it drains, but before one that is down', () => {
    at(0, { type: 'drain', id: 'o1', on: true });
    fail('o2');
    expect(chosen('oslo')).toEqual(['g1', 'b1', 'x1', 'o1', 'o2']);
    at(0, { type: 'drain', id: 'o1', on: false });
    expect(chosen('oslo')[0]).toBe('o1');
  });

  it('not while it is full, but before one that drains', () => {
    at(0, load('g1', 0.95), { type: 'drain', id: 'b1', on: true });
    expect(chosen('bergen').slice(-2)).toEqual(['g1', 'b1']);
    at(0, load('g1', 0.8));
    expect(chosen('bergen')[0]).not.toBe('g1');
    at(0, load('g1', 0.7));
    expect(chosen('bergen')[0]).toBe('g1');
  });

  it('again when its load is old news', () => {
    at(0, load('g1', 2));
    const later = DEFAULT_ROUTER.loadMsMax + 1;
    expect(chosen('bergen', '/a/', later)[0]).toBe('g1');
    expect(router.edges(Ms(later))[1]).toMatchObject({ id: 'g1', full: false, load: 0 });
  });

  it('even when all are down, full or draining', () => {
    for (const id of ['o1', 'o2', 'g1', 'b1', 'x1']) fail(id);
    expect(chosen('oslo')).toHaveLength(5);
    expect(['o1', 'o2']).toContain(chosen('oslo')[0]);
  });
});

describe('edges', () => {
  it('are checked in turn, all at a time', () => {
    expect(router.wake()).toEqual({ at: 0, why: 'check' });
    expect(at(0, { type: 'wake' })).toHaveLength(5);
    expect(router.wake()?.at).toBe(DEFAULT_ROUTER.checkMs);
    expect(at(DEFAULT_ROUTER.checkMs - 1, { type: 'wake' })).toEqual([]);
    expect(at(DEFAULT_ROUTER.checkMs, { type: 'wake' })).toHaveLength(5);
  });

  it('come, move and go while viewers do', () => {
    at(0, add('g1', 'oslo'), { type: 'remove', id: 'o1' });
    expect(new Set(chosen('oslo').slice(0, 2))).toEqual(new Set(['g1', 'o2']));
    for (const id of ['o2', 'g1', 'b1', 'x1', 'never']) at(0, { type: 'remove', id });
    expect([chosen('oslo'), router.wake()]).toEqual([[], undefined]);
    at(0, check('o1', false), load('o1', 1));
    expect(router.edges(Ms(0))).toEqual([]);
  });

  it('are limited in number', () => {
    for (let i = 0; i < EDGES_MAX + 5; i += 1) at(0, add(`e${i}`, 'oslo'));
    expect(router.edges(Ms(0))).toHaveLength(EDGES_MAX);
  });
});

it('always offers every edge once, whatever happened to them', () => {
  const id = fc.constantFrom('o1', 'o2', 'g1', 'b1', 'x1');
  const input: fc.Arbitrary<RouterInput> = fc.oneof(
    fc.record({ type: fc.constant('checked' as const), id, ok: fc.boolean() }),
    fc.record({
      type: fc.constant('load' as const),
      id,
      load: fc.double({ min: 0, max: 2, noNaN: true }),
    }),
    fc.record({ type: fc.constant('drain' as const), id, on: fc.boolean() }),
    fc.constant({ type: 'wake' as const }),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
      at(0, ...inputs);
      for (const place of ['oslo', 'xian', undefined]) {
        expect([...chosen(place)].sort()).toEqual(['b1', 'g1', 'o1', 'o2', 'x1']);
      }
    }),
  );
});
