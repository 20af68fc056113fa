/** Offers come back cheapest first. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { offerQueue } from './offers.js';

it('gives offers back by cost, equals in the order made', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (costs) => {
      const queue = offerQueue();
      const order = costs.map((cost, child) => ({ cost, parent: 0, child }));
      for (const offer of order) queue.push(offer);
      order.sort((x, y) => x.cost - y.cost || x.child - y.child);
      expect(costs.map(() => queue.pop())).toEqual(order);
      expect(queue.pop()).toBeUndefined();
    }),
  );
});

it('takes offers between', () => {
  const queue = offerQueue();
  queue.push({ cost: 5, parent: 0, child: 1 });
  queue.push({ cost: 3, parent: 0, child: 2 });
  expect(queue.pop()?.child).toBe(2);
  queue.push({ cost: 4, parent: 0, child: 3 });
  expect([queue.pop()?.child, queue.pop()?.child, queue.pop()]).toEqual([3, 1, undefined]);
});
