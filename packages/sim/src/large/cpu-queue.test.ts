import { expect, it } from 'vitest';
import { CpuQueue } from './cpu-queue.js';

it('waits for what came before, and for itself', () => {
  const queue = new CpuQueue();
  expect([
    queue.serve(0, 10, 'plan'),
    queue.serve(4, 1, 'join'),
    queue.serve(11, 2, 'join'),
    queue.serve(50, 1, 'join'),
  ]).toEqual([10, 7, 2, 1]);
  expect([queue.total(), queue.total('join'), queue.total('none')]).toEqual([14, 4, 0]);
});

it('does what can wait in between, a piece at a time', () => {
  const queue = new CpuQueue();
  for (let piece = 0; piece < 4; piece++) queue.serveLater(0, 10, 'plan');
  // The first piece is under way; the second goes before the turn of those that come meanwhile.
  expect(queue.serve(3, 1, 'join')).toBe(8);
  expect(queue.serve(4, 1, 'join')).toBe(8);
  expect(queue.serve(11, 1, 'join')).toBe(12);
  // The third is under way, the fourth is done long before the last.
  expect(queue.serve(24, 1, 'join')).toBe(10);
  expect(queue.serve(90, 1, 'join')).toBe(1);
  expect(queue.laterMostMs).toBe(34);
  expect(queue.total('plan')).toBe(40);
});
