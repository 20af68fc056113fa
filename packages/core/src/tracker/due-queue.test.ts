/** The queue of what is due says the same as a list that is searched. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDueQueue } from './due-queue.js';

it('takes the earliest first, then who was put in first', () => {
  const queue = createDueQueue<string>();
  queue.set('b', 20);
  queue.set('a', 10);
  queue.set('c', 20);
  expect(queue.next()).toBe(10);
  expect([queue.take(9), queue.take(20), queue.take(20), queue.take(20), queue.take(20)]).toEqual([
    undefined,
    'a',
    'b',
    'c',
    undefined,
  ]);
});

it('hastens what is due later, and nothing else', () => {
  const queue = createDueQueue<string>();
  queue.hasten('a', 30);
  queue.hasten('a', 40);
  expect(queue.at('a')).toBe(30);
  queue.hasten('a', 5);
  expect(queue.next()).toBe(5);
  queue.set('a', Number.POSITIVE_INFINITY);
  expect([queue.next(), queue.take(1_000)]).toEqual([Number.POSITIVE_INFINITY, undefined]);
});

it('is a list that is searched, whatever is put in, moved and taken', () => {
  const act = fc.record({
    what: fc.constantFrom('set', 'hasten', 'take', 'drop'),
    item: fc.nat(8),
    at: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const queue = createDueQueue<number>();
      let list: { item: number; at: number }[] = [];
      const put = (item: number, at: number): void => {
        list = [...list.filter((entry) => entry.item !== item), { item, at }];
      };
      for (const { what, item, at } of acts) {
        if (what === 'set') {
          queue.set(item, at);
          put(item, at);
        } else if (what === 'hasten') {
          const known = list.find((entry) => entry.item === item);
          queue.hasten(item, at);
          if (known === undefined || at < known.at) put(item, at);
        } else if (what === 'drop') {
          queue.set(item, Number.POSITIVE_INFINITY);
          list = list.filter((entry) => entry.item !== item);
        } else {
          const due = list.filter((entry) => entry.at <= at).sort((x, y) => x.at - y.at)[0];
          expect(queue.take(at)).toBe(due?.item);
          list = list.filter((entry) => entry !== due);
        }
        expect(queue.next()).toBe(Math.min(Number.POSITIVE_INFINITY, ...list.map((x) => x.at)));
      }
    }),
  );
});
