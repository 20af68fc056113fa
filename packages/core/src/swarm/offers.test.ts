/** Offers come back cheapest first. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { offersOf, popOffer, pushOffer } from './offers.js';

const offer = (parent: number, cost: number, child = 0) => ({ parent, cost, child, rttMs: 10 });

it('gives offers back by cost, equals in the order made', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (costs) => {
      const offers = offersOf(costs.length);
      costs.forEach((cost, parent) => {
        pushOffer(offers, offer(parent, cost));
      });
      const order = [...costs.keys()].sort((x, y) => costs[x]! - costs[y]! || x - y);
      expect(costs.map(() => popOffer(offers))).toEqual(order);
      expect(popOffer(offers)).toBeUndefined();
    }),
  );
});

it('takes offers between', () => {
  const offers = offersOf(3);
  pushOffer(offers, offer(0, 5));
  pushOffer(offers, offer(1, 3));
  expect(popOffer(offers)).toBe(1);
  pushOffer(offers, offer(2, 4));
  expect([popOffer(offers), popOffer(offers), popOffer(offers)]).toEqual([2, 0, undefined]);
});

it('lets a parent offer again once its offer was taken', () => {
  const offers = offersOf(2);
  pushOffer(offers, offer(0, 1, 5));
  pushOffer(offers, offer(1, 2, 6));
  expect(popOffer(offers)).toBe(0);
  pushOffer(offers, offer(0, 3, 7));
  expect([popOffer(offers), popOffer(offers)]).toEqual([1, 0]);
  expect([...offers.child]).toEqual([7, 6]);
});
